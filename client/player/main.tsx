import { render } from 'preact'
import '../kit/base.css'
import { App } from './app.tsx'
import { createPlayer } from './player.ts'

/** The page is `/s/:showId`, or `/e/:showId` in a frame; it has one player for as long as it is open. */
const [, place, name = ''] = location.pathname.split('/')
const showId = decodeURIComponent(name)
const embed = place === 'e' ? (await import('./embed/embed.ts')).enterEmbed(showId) : null

render(<App player={createPlayer(showId, embed)} />, document.getElementById('app')!)
