import type { ComponentChildren } from 'preact'
import { navigate } from '../navigate.ts'
import { pathOf, type Route } from '../route.ts'

export interface LinkProps {
  to: Route
  children: ComponentChildren
  class?: string | undefined
  current?: boolean | undefined
  label?: string | undefined
}

/** A link within the console: a real address, so that it can be opened in a new tab, that loads nothing anew. */
export function Link({ to, children, class: extra, current, label }: LinkProps) {
  const follow = (event: MouseEvent) => {
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (elsewhere || event.defaultPrevented) return
    event.preventDefault()
    navigate(to)
  }
  return (
    <a
      href={pathOf(to)}
      class={extra}
      aria-current={current ? 'page' : undefined}
      aria-label={label}
      onClick={follow}
    >
      {children}
    </a>
  )
}
