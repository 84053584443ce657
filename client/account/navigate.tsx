import { type ReadonlySignal, signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { pathOf, type Route, routeOf } from './route.ts'

const current = signal<Route>(routeOf(location.pathname))

/** Where the person is; follows links and the browser's back and forward. */
export const route: ReadonlySignal<Route> = current

addEventListener('popstate', () => {
  current.value = routeOf(location.pathname)
})

function navigate(to: Route): void {
  const path = pathOf(to)
  if (path !== location.pathname) history.pushState(null, '', path)
  current.value = to
  scrollTo(0, 0)
}

/** A link within these pages: a real address that loads nothing anew. */
export function Link(props: { to: Route; class?: string; current?: boolean; children: ComponentChildren }) {
  const follow = (event: MouseEvent) => {
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (elsewhere || event.defaultPrevented) return
    event.preventDefault()
    navigate(props.to)
  }
  return (
    <a
      href={pathOf(props.to)}
      class={props.class}
      aria-current={props.current ? 'page' : undefined}
      onClick={follow}
    >
      {props.children}
    </a>
  )
}
