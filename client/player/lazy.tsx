import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'

/** A component whose code comes later. */
export interface Lazy {
  /** Draws nothing until the code is here; asks for it when first drawn. */
  readonly View: ComponentType
  /** Fetches the code ahead of need. */
  fetch(): void
}

/** Fetches a component without props on demand, with one more try if the network fails. */
export function lazy(load: () => Promise<{ default: ComponentType }>): Lazy {
  const loaded = signal<ComponentType | null>(null)
  let asked = false
  const fetch = () => {
    if (asked) return
    asked = true
    load()
      .catch(load)
      .then(
        (module) => {
          loaded.value = module.default
        },
        () => {
          asked = false // the next drawing asks again
        },
      )
  }
  const View = () => {
    useEffect(fetch, [])
    const Loaded = loaded.value
    return Loaded && <Loaded />
  }
  return { View, fetch }
}
