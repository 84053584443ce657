import { type ReadonlySignal, signal } from '@preact/signals'
import { pathOf, type Route, routeOf } from './route.ts'

const current = signal<Route>(routeOf(location.pathname))

/** Where the console is; follows links and the browser's back and forward. */
export const route: ReadonlySignal<Route> = current

addEventListener('popstate', () => {
  current.value = routeOf(location.pathname)
})

/** Goes to a place without loading the page anew. `replace` leaves no entry to go back to. */
export function navigate(to: Route, how: 'push' | 'replace' = 'push'): void {
  const path = pathOf(to)
  if (how === 'replace') history.replaceState(null, '', path)
  else if (path !== location.pathname) history.pushState(null, '', path)
  current.value = to
  scrollTo(0, 0)
}
