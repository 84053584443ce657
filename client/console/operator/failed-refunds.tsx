import type { FailedRefundView } from '@shelfcast/shared/api/payments.ts'
import { call } from '../../kit/api.ts'
import { dateTime, money } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { RefundRemedy } from '../orders/refund-remedy.tsx'
import '../orders/work.css'
import { moneyWords } from './money-words.ts'
import { OpenList } from './open-list.tsx'

/** Refunds that providers refused for good, of all merchants. */
export function FailedRefunds() {
  const t = moneyWords.value
  const pages = usePages((after, signal) => call('GET /failed-refunds', { query: { after }, signal }), [])
  return (
    <OpenList
      title={t.failedRefunds}
      none={t.noFailedRefunds}
      pages={pages}
      row={(one) => <FailedRefundRow key={one.id} of={one} onDone={pages.reload} />}
    />
  )
}

function FailedRefundRow({ of, onDone }: { of: FailedRefundView; onDone: () => void }) {
  const t = moneyWords.value
  const amount = money(of.amountMinor, of.currency)
  const params = { refundId: of.id }
  const then = async (sent: Promise<unknown>) => {
    try {
      await sent
    } finally {
      onDone()
    }
  }
  return (
    <li class="settings__row settings__row--deep" data-testid="failed-refund">
      <span class="settings__grow">
        <strong class="numeric">{amount}</strong> · {of.merchant}
        <span class="settings__text settings__detail">
          {of.byItself ? t.tooLate : of.reason} · {dateTime(of.at)}
        </span>
        <span class="settings__text settings__detail">
          {of.provider}: <code>{of.refusal}</code> · <code>{of.orderId}</code>
        </span>
      </span>
      <RefundRemedy
        amount={amount}
        again={() => then(call('POST /failed-refunds/:refundId/again', { params }))}
        elsewhere={(note) =>
          then(call('POST /failed-refunds/:refundId/elsewhere', { params, body: { note } }))
        }
      />
    </li>
  )
}
