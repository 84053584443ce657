import type { ReadonlySignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { errorText } from '../errors.ts'
import type { Load, Pages } from '../load.ts'
import { Button } from './button.tsx'
import { Empty } from './empty.tsx'
import { Spinner } from './spinner.tsx'
import { kitWords } from './words.ts'
import './load-view.css'

/** What is fetched, or why it is not there yet and what to do about it. */
export function LoadView<T>({
  load,
  children,
}: {
  load: Load<T>
  children: (value: T) => ComponentChildren
}) {
  const t = kitWords.value
  const state = load.state.value
  switch (state.is) {
    case 'loading':
      return (
        <div class="load-view">
          <Spinner size={28} label={t.loading} />
        </div>
      )
    case 'failed':
      return (
        <Empty icon="alert" title={errorText(state.error)}>
          <Button look="plain" onClick={load.reload}>
            {t.tryAgain}
          </Button>
        </Empty>
      )
    case 'ready':
      return <>{children(state.value)}</>
  }
}

/** The button for the following page; nothing on the last. */
export function More({ pages }: { pages: Pages<unknown> }) {
  const t = kitWords.value
  const more: ReadonlySignal<string> = pages.more
  if (more.value === 'none') return null
  return (
    <div class="more">
      <Button look="plain" busy={more.value === 'loading'} onClick={pages.loadMore}>
        {more.value === 'failed' ? t.tryAgain : t.loadMore}
      </Button>
    </div>
  )
}
