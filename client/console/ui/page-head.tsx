import type { ComponentChildren } from 'preact'
import './page-head.css'

/** The title of a page, with what can be done there. */
export function PageHead({ title, children }: { title: ComponentChildren; children?: ComponentChildren }) {
  return (
    <div class="page-head">
      <h1>{title}</h1>
      {children && <div class="page-head__actions">{children}</div>}
    </div>
  )
}
