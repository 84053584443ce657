import '../kit/ui/more-icons.tsx'
import { render } from 'preact'
import '../kit/base.css'
import { loadSession } from '../kit/session.ts'
import { App } from './app.tsx'

void loadSession()
render(<App />, document.getElementById('app')!)
