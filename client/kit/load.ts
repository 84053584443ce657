import { batch, type ReadonlySignal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'

/** Something that is fetched for the screen. */
export type Loaded<T> = { is: 'loading' } | { is: 'failed'; error: unknown } | { is: 'ready'; value: T }

export interface Load<T> {
  readonly state: ReadonlySignal<Loaded<T>>
  /** Fetches again; what is on the screen stays until the answer comes. */
  reload(): void
  /** Puts a newer value in its place, e.g. the answer of a write. */
  set(value: T): void
}

/** Fetches when the component appears and whenever `inputs` change; only the newest answer is used. */
export function useLoad<T>(
  fetchValue: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
): Load<T> {
  const load = useMemo(() => createLoad(fetchValue), inputs)
  useEffect(() => {
    load.reload()
    return load.stop
  }, [load])
  return load
}

function createLoad<T>(fetchValue: (signal: AbortSignal) => Promise<T>): Load<T> & { stop(): void } {
  const state = signal<Loaded<T>>({ is: 'loading' })
  let current: AbortController | null = null
  const run = async () => {
    current?.abort()
    const mine = new AbortController()
    current = mine
    if (state.peek().is === 'failed') state.value = { is: 'loading' }
    try {
      const value = await fetchValue(mine.signal)
      if (!mine.signal.aborted) state.value = { is: 'ready', value }
    } catch (error) {
      if (!mine.signal.aborted) state.value = { is: 'failed', error }
    }
  }
  return {
    state,
    reload: () => void run(),
    set(value) {
      current?.abort()
      state.value = { is: 'ready', value }
    },
    stop: () => current?.abort(),
  }
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface Pages<T> extends Load<readonly T[]> {
  readonly more: ReadonlySignal<'none' | 'some' | 'loading' | 'failed'>
  /** Fetches the following page and puts it after those on the screen. */
  loadMore(): void
}

/** Like `useLoad`, for lists that come page by page. */
export function usePages<T>(
  fetchPage: (after: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
  inputs: readonly unknown[],
): Pages<T> {
  const pages = useMemo(() => createPages(fetchPage), inputs)
  useEffect(() => {
    pages.reload()
    return pages.stop
  }, [pages])
  return pages
}

function createPages<T>(fetchPage: (after: string | undefined, signal: AbortSignal) => Promise<Page<T>>) {
  const more = signal<'none' | 'some' | 'loading' | 'failed'>('none')
  let next: string | null = null
  const noteNext = (page: Page<T>) => {
    next = page.next
    more.value = next === null ? 'none' : 'some'
  }
  const first = createLoad<readonly T[]>(async (signal) => {
    const page = await fetchPage(undefined, signal)
    if (!signal.aborted) noteNext(page)
    return page.items
  })
  let followUp: AbortController | null = null
  return {
    ...first,
    more,
    reload() {
      followUp?.abort()
      first.reload()
    },
    async loadMore() {
      const known = first.state.peek()
      if (next === null || known.is !== 'ready' || more.peek() === 'loading') return
      const mine = new AbortController()
      followUp = mine
      more.value = 'loading'
      try {
        const page = await fetchPage(next, mine.signal)
        if (mine.signal.aborted) return
        batch(() => {
          first.set([...known.value, ...page.items])
          noteNext(page)
        })
      } catch {
        if (!mine.signal.aborted) more.value = 'failed'
      }
    },
    stop() {
      followUp?.abort()
      first.stop()
    },
  }
}
