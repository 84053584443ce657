import type { PayoutView } from '@shelfcast/shared/api/payouts.ts'
import { dateTime, money } from '../../kit/format.ts'
import type { Pages } from '../../kit/load.ts'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { Pill, type Tone } from '../ui/pill.tsx'
import '../ui/table.css'
import { payoutWords } from './words.ts'

const TONES: Record<PayoutView['state'], Tone> = { requested: 'wait', paid: 'good', refused: 'bad' }

/** What was asked for, newest first, and what became of it. */
export function PayoutList({ pages }: { pages: Pages<PayoutView> }) {
  const t = payoutWords.value
  return (
    <Panel title={t.history}>
      <LoadView load={pages}>
        {(payouts) =>
          payouts.length === 0 ? (
            <Empty icon="receipt" title={t.none} text={t.noneText} />
          ) : (
            <div class="table-card">
              <table class="table table--list">
                <thead>
                  <tr>
                    <th scope="col">{t.time}</th>
                    <th scope="col">{t.state}</th>
                    <th scope="col" class="table__end">
                      {t.amount}
                    </th>
                    <th scope="col">{t.note}</th>
                  </tr>
                </thead>
                <tbody>
                  {payouts.map((payout) => (
                    <tr key={payout.id} data-testid="payout-row" data-state={payout.state}>
                      <td class="numeric">{dateTime(payout.at)}</td>
                      <td>
                        <Pill tone={TONES[payout.state]}>{t.states[payout.state]}</Pill>
                      </td>
                      <td class="table__end numeric">{money(payout.amountMinor, payout.currency)}</td>
                      <td class="table__soft table__main">{payout.note}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </LoadView>
      <More pages={pages} />
    </Panel>
  )
}
