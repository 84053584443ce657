import { render } from 'preact'
import '../kit/base.css'
import { App } from './app.tsx'
import { createPlayer } from './player.ts'

/** The page is `/s/:showId`; it has one player for as long as it is open. */
const showId = decodeURIComponent(location.pathname.split('/')[2] ?? '')

render(<App player={createPlayer(showId)} />, document.getElementById('app')!)
