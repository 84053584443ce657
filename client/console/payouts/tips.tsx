import { call } from '../../kit/api.ts'
import { dateTime, money } from '../../kit/format.ts'
import { useLoad, usePages } from '../../kit/load.ts'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { Panel } from '../ui/panel.tsx'
import '../ui/table.css'
import { payoutWords } from './words.ts'

/** Tips as they became money, by show, and the coins that wait for it. */
export function Tips() {
  const { tenantId } = useShop()
  const t = payoutWords.value
  const params = { tenantId }
  const head = useLoad((signal) => call('GET /tenants/:tenantId/tips', { params, signal }), [tenantId])
  const pages = usePages(
    (after, signal) => call('GET /tenants/:tenantId/tips', { params, query: { after }, signal }),
    [tenantId],
  )
  return (
    <Panel title={t.tips}>
      <LoadView load={head}>
        {({ waitingCoins, rate }) => (
          <p class="payouts__tips table__soft" data-testid="tips-waiting">
            {rate.version === 0
              ? t.tipsNoRate(waitingCoins)
              : t.tipsWaiting(waitingCoins, money(rate.minorPer100Coins, rate.currency))}
          </p>
        )}
      </LoadView>
      <LoadView load={pages}>
        {(settled) =>
          settled.length > 0 && (
            <div class="table-card">
              <table class="table table--list">
                <thead>
                  <tr>
                    <th scope="col">{t.time}</th>
                    <th scope="col">{t.show}</th>
                    <th scope="col" class="table__end">
                      {t.coins}
                    </th>
                    <th scope="col" class="table__end">
                      {t.amount}
                    </th>
                    <th scope="col">{t.host}</th>
                  </tr>
                </thead>
                <tbody>
                  {settled.map(({ id, at, show, coins, amountMinor, currency, host }) => (
                    <tr key={id} data-testid="tips-row">
                      <td class="numeric">{dateTime(at)}</td>
                      <td class="table__main">{show.title}</td>
                      <td class="table__end numeric">{coins}</td>
                      <td class="table__end numeric">{money(amountMinor, currency)}</td>
                      <td class="table__soft numeric">
                        {host && `${host.name} · ${money(host.amountMinor, currency)}`}
                      </td>
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
