import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import './panel.css'

interface PanelProps {
  title: ComponentChildren
  /** At the end of the title's line. */
  actions?: ComponentChildren
  class?: string | undefined
  children: ComponentChildren
}

/** A titled part of a dense page. */
export function Panel({ title, actions, class: extra, children }: PanelProps) {
  const id = useId()
  return (
    <section class={extra ? `card panel ${extra}` : 'card panel'} aria-labelledby={id}>
      <header class="panel__head">
        <h2 class="panel__title" id={id}>
          {title}
        </h2>
        {actions && <div class="panel__actions">{actions}</div>}
      </header>
      {children}
    </section>
  )
}
