import { render } from 'preact'
import '../kit/base.css'
import { App } from './app.tsx'
import { loadSession } from './session.ts'

void loadSession()
render(<App />, document.getElementById('app')!)
