import '../kit/ui/more-icons.tsx'
import { render } from 'preact'
import '../kit/base.css'
import { loadSession } from '../kit/session.ts'
import { App } from './app.tsx'
import { taskOf } from './task.ts'

/** What an embedded player opens beside itself: pages on our own origin, where the person's own session is. */
void loadSession()

render(<App task={taskOf(location)} />, document.getElementById('app')!)
