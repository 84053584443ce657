import { render } from 'preact'
import '../kit/base.css'
import { App } from './app.tsx'
import type { Embed } from './embed/embed.ts'
import { createPlayer } from './player.ts'

/** The page is `/s/:showId`, or `/e/:showId` in a frame; it has one player for as long as it is open. */
const [, place, name = ''] = location.pathname.split('/')
const showId = decodeURIComponent(name)

const start = (embed: Embed | null) =>
  render(<App player={createPlayer(showId, embed)} />, document.getElementById('app')!)

// Not awaited here: that file stands on this one, and each would wait for the other.
const load = () => import('./embed/embed.ts')
if (place === 'e') {
  void load()
    .catch(load)
    .then(({ enterEmbed }) => start(enterEmbed(showId)))
} else start(null)
