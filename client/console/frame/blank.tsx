import type { ComponentChildren } from 'preact'
import './blank.css'

/** A page with one thing in its middle. */
export function Blank({ children }: { children: ComponentChildren }) {
  return <main class="blank">{children}</main>
}
