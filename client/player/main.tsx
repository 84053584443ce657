import { render } from 'preact'
import '../kit/base.css'
import { Toasts } from '../kit/ui/toast.tsx'

render(<Toasts />, document.getElementById('app')!)
