import { useSignal } from '@preact/signals'
import type { Currency } from '@shelfcast/shared/money.ts'
import { type Answer, call } from '../../kit/api.ts'
import { money } from '../../kit/format.ts'
import { useLoad, usePages } from '../../kit/load.ts'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { SelectField } from '../../kit/ui/select-field.tsx'
import { useShop } from '../shop.ts'
import { PageHead } from '../ui/page-head.tsx'
import { consoleWords } from '../words.ts'
import { AskPayout } from './ask-payout.tsx'
import { PayoutList } from './payout-list.tsx'
import './payouts-page.css'
import { Statement } from './statement.tsx'
import { Tips } from './tips.tsx'
import { payoutWords } from './words.ts'

export type Balance = Answer<'GET /tenants/:tenantId/balance'>

const DAY_MS = 86_400_000
const PER_PAGE = 20

/** What the merchant earned by orders and tips: what there is of it, asking for it, and every movement. */
export function PayoutsPage() {
  const { tenantId, may } = useShop()
  const t = payoutWords.value
  const params = { tenantId }
  const currency = useSignal<Currency | undefined>(undefined)
  const asked = currency.value
  const balance = useLoad(
    (signal) => call('GET /tenants/:tenantId/balance', { params, query: { currency: asked }, signal }),
    [tenantId, asked],
  )
  const payouts = usePages(
    (after, signal) =>
      call('GET /tenants/:tenantId/payouts', { params, query: { after, limit: PER_PAGE }, signal }),
    [tenantId],
  )
  const statement = usePages(
    (after, signal) =>
      call('GET /tenants/:tenantId/statement', { params, query: { after, limit: PER_PAGE }, signal }),
    [tenantId],
  )
  const reload = () => {
    for (const part of [balance, payouts, statement]) part.reload()
  }
  return (
    <>
      <PageHead title={consoleWords.value.payouts} />
      <LoadView load={balance}>
        {(now) => (
          <>
            {now.currencies.length > 1 && (
              <SelectField
                label={t.currency}
                value={now.currency}
                of={now.currencies}
                onValue={(value) => (currency.value = value)}
              />
            )}
            <BalanceFigures of={now} />
            <div class="payouts">
              <div class="payouts__lists">
                <PayoutList pages={payouts} />
                <Tips />
                <Statement pages={statement} />
              </div>
              <div class="card members__form payouts__ask">
                {may('payouts:write') ? (
                  <AskPayout balance={now} onAsked={reload} />
                ) : (
                  <p class="table__soft">{t.ownersAsk}</p>
                )}
              </div>
            </div>
          </>
        )}
      </LoadView>
    </>
  )
}

function BalanceFigures({ of }: { of: Balance }) {
  const t = payoutWords.value
  const overdrawn = of.availableMinor < 0
  const days = Math.max(1, Math.round(of.holdMs / DAY_MS))
  const parts = [
    ['available', t.available, of.availableMinor, overdrawn ? t.overdrawnHint : t.availableHint],
    ['held', t.held, of.heldMinor, t.heldHint(days)],
    ['requested', t.requested, of.requestedMinor, t.requestedHint],
    ['paid-out', t.paidOut, of.paidOutMinor, t.paidOutHint],
  ] as const
  return (
    <dl class="balance">
      {parts.map(([id, name, amountMinor, hint]) => (
        <div key={id} class="card balance__part">
          <dt>{name}</dt>
          <dd
            class={amountMinor < 0 ? 'balance__amount numeric payouts__minus' : 'balance__amount numeric'}
            data-testid={`balance-${id}`}
          >
            {money(amountMinor, of.currency)}
          </dd>
          <dd class="table__soft">{hint}</dd>
        </div>
      ))}
    </dl>
  )
}
