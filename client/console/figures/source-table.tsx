import { shortCount } from '../../kit/format.ts'
import { Panel } from '../ui/panel.tsx'
import type { Figures } from './figures-page.tsx'
import { figureWords } from './words.ts'

/** Which campaigns and sites brought viewers and orders. */
export function SourceTable({ sources }: Pick<Figures, 'sources'>) {
  const t = figureWords.value
  return (
    <Panel title={t.sources}>
      {sources.length === 0 ? (
        <p class="figures__none">{t.noSources}</p>
      ) : (
        <div class="table-card">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t.source}</th>
                <th scope="col" class="table__end">
                  {t.viewers}
                </th>
                <th scope="col" class="table__end">
                  {t.orders}
                </th>
              </tr>
            </thead>
            <tbody>
              {sources.map(({ name, viewers, orders }) => (
                <tr key={name ?? ''} data-testid="source-row">
                  <th scope="row" class="figures__name">
                    {name ?? t.direct}
                  </th>
                  <td class="table__end numeric">{shortCount(viewers)}</td>
                  <td class="table__end numeric">{shortCount(orders)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}
