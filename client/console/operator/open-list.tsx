import type { ComponentChildren } from 'preact'
import type { Pages } from '../../kit/load.ts'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { Panel } from '../ui/panel.tsx'

interface OpenListProps<T> {
  title: string
  /** Said when nothing waits. */
  none: string
  pages: Pages<T>
  row: (one: T) => ComponentChildren
  /** A dialog over it. */
  children?: ComponentChildren
}

/** What waits for the operator, page by page. */
export function OpenList<T>({ title, none, pages, row, children }: OpenListProps<T>) {
  return (
    <Panel title={title}>
      <div class="settings__body">
        <LoadView load={pages}>
          {(open) =>
            open.length === 0 ? (
              <p class="settings__text">{none}</p>
            ) : (
              <ul class="settings__rows">{open.map(row)}</ul>
            )
          }
        </LoadView>
        <More pages={pages} />
      </div>
      {children}
    </Panel>
  )
}
