import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'

/** A component without props whose code is fetched when it is first drawn, with one more try if the network fails. */
export function lazy(load: () => Promise<{ default: ComponentType }>): ComponentType {
  const loaded = signal<ComponentType | null>(null)
  const fetchCode = () =>
    load()
      .catch(load)
      .then(
        (module) => {
          loaded.value = module.default
        },
        () => undefined, // the next drawing asks again
      )
  return function Lazy() {
    useEffect(() => {
      if (!loaded.value) void fetchCode()
    }, [])
    const Loaded = loaded.value
    return Loaded && <Loaded />
  }
}
