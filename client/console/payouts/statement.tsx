import type { StatementEntry } from '@shelfcast/shared/api/payouts.ts'
import { call } from '../../kit/api.ts'
import { dateTime, money } from '../../kit/format.ts'
import type { Pages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { saveFile } from '../ui/save-file.ts'
import '../ui/table.css'
import { payoutWords } from './words.ts'

/** Every movement of the balance, newest first; as a file for the bookkeeper too. */
export function Statement({ pages }: { pages: Pages<StatementEntry> }) {
  const { tenantId } = useShop()
  const t = payoutWords.value
  const downloading = useAction()
  const download = () =>
    downloading.run(async () => saveFile(`${t.fileName}.csv`, 'text/csv', await wholeStatement(tenantId)))
  return (
    <Panel
      title={t.statement}
      actions={
        <Button
          look="quiet"
          size="small"
          busy={downloading.busy.value}
          onClick={() => void download()}
          data-testid="statement-csv"
        >
          {t.download}
        </Button>
      }
    >
      <LoadView load={pages}>
        {(entries) =>
          entries.length === 0 ? (
            <Empty icon="receipt" title={t.noStatement} text={t.noStatementText} />
          ) : (
            <StatementTable entries={entries} />
          )
        }
      </LoadView>
      <More pages={pages} />
    </Panel>
  )
}

function StatementTable({ entries }: { entries: readonly StatementEntry[] }) {
  const { tenantId, may } = useShop()
  const t = payoutWords.value
  return (
    <div class="table-card">
      <table class="table table--list">
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            <th scope="col">{t.what}</th>
            <th scope="col" class="table__end">
              {t.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ id, at, kind, orderId, amountMinor, currency }) => (
            <tr key={id} data-testid="statement-row" data-kind={kind}>
              <td class="numeric">{dateTime(at)}</td>
              <td>
                {orderId !== null && may('orders:read') ? (
                  <Link to={{ page: 'orders', tenantId, orderId }} class="table__title">
                    {t.kinds[kind]}
                  </Link>
                ) : (
                  t.kinds[kind]
                )}
              </td>
              <td class={amountMinor < 0 ? 'table__end numeric payouts__minus' : 'table__end numeric'}>
                {money(amountMinor, currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** All pages of the statement as one file. */
async function wholeStatement(tenantId: string): Promise<string> {
  const parts: string[] = []
  let after: string | undefined
  do {
    const page = await call('GET /tenants/:tenantId/statement/csv', {
      params: { tenantId },
      query: { after },
    })
    parts.push(page.csv)
    after = page.next ?? undefined
  } while (after !== undefined)
  return parts.join('')
}
