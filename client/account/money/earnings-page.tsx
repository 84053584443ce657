import { useSignal } from '@preact/signals'
import type { BalanceView, EarningsEntry, PayoutView } from '@shelfcast/shared/api/payouts.ts'
import { useMemo } from 'preact/hooks'
import { parseAmount } from '../../kit/amount.ts'
import { call } from '../../kit/api.ts'
import { createAttempts } from '../../kit/attempt.ts'
import { dateTime, money } from '../../kit/format.ts'
import { useLoad, usePages } from '../../kit/load.ts'
import { Empty } from '../../kit/ui/empty.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { Form } from '../form.tsx'
import { accountWords } from '../words.ts'
import { ownMoneyWords } from './words.ts'

const DAY_MS = 86_400_000

/** What a host has earned of orders and tips: what there is of it, asking for it, and every movement. */
export function EarningsPage() {
  const t = ownMoneyWords.value
  const earnings = useLoad((signal) => call('GET /earnings', { signal }), [])
  const entries = usePages((after, signal) => call('GET /earnings/entries', { query: { after }, signal }), [])
  const payouts = usePages((after, signal) => call('GET /earnings/payouts', { query: { after }, signal }), [])
  const reload = () => {
    for (const part of [earnings, entries, payouts]) part.reload()
  }
  return (
    <>
      <h1>{accountWords.value.sections.earnings}</h1>
      <p class="soft">{t.hostText}</p>
      <LoadView load={earnings}>
        {({ balances, holdMs }) =>
          balances.length === 0 ? (
            <Empty icon="receipt" title={t.nothing} text={t.nothingText} />
          ) : (
            <>
              {balances.map((balance) => (
                <BalanceBox key={balance.currency} of={balance} holdMs={holdMs} onAsked={reload} />
              ))}
              <section class="box" aria-labelledby="earnings-statement">
                <h2 id="earnings-statement">{t.statement}</h2>
                <LoadView load={entries}>
                  {(all) => (
                    <ul class="lines" data-testid="earnings-entries">
                      {all.map((entry) => (
                        <Entry key={entry.id} of={entry} />
                      ))}
                    </ul>
                  )}
                </LoadView>
                <More pages={entries} />
              </section>
              <LoadView load={payouts}>{(all) => all.length > 0 && <Payouts of={all} />}</LoadView>
              <More pages={payouts} />
            </>
          )
        }
      </LoadView>
    </>
  )
}

function BalanceBox({ of, holdMs, onAsked }: { of: BalanceView; holdMs: number; onAsked: () => void }) {
  const t = ownMoneyWords.value
  const days = Math.max(1, Math.round(holdMs / DAY_MS))
  const parts = [
    ['available', t.available, of.availableMinor, null],
    ['held', t.held, of.heldMinor, t.heldHint(days)],
    ['requested', t.requested, of.requestedMinor, null],
    ['paid-out', t.paidOut, of.paidOutMinor, null],
  ] as const
  return (
    <section class="box" aria-label={of.currency}>
      <dl class="sums">
        {parts.map(([id, name, amountMinor, hint]) => (
          <div key={id} class={id === 'available' ? 'sums__total' : undefined}>
            <dt>
              {name}
              {hint && <span class="soft"> · {hint}</span>}
            </dt>
            <dd class="numeric" data-testid={`earnings-${id}`}>
              {money(amountMinor, of.currency)}
            </dd>
          </div>
        ))}
      </dl>
      {of.availableMinor > 0 && <Ask of={of} onAsked={onAsked} />}
    </section>
  )
}

/** Asks for some of what is available. A lost answer is asked for again under the same key, never twice. */
function Ask({ of, onAsked }: { of: BalanceView; onAsked: () => void }) {
  const t = ownMoneyWords.value
  const attempts = useMemo(() => createAttempts(), [])
  const text = useSignal('')
  const wrong = useSignal(false)
  const { availableMinor, currency } = of
  const submit = async () => {
    const amountMinor = parseAmount(text.value, currency)
    wrong.value = amountMinor === null || amountMinor === 0 || amountMinor > availableMinor
    if (amountMinor === null || wrong.value) return
    const body = { amountMinor, currency }
    try {
      await attempts.run(body, (idempotencyKey) => call('POST /earnings/payouts', { body, idempotencyKey }))
      toast(t.asked(money(amountMinor, currency)))
      text.value = ''
    } finally {
      onAsked() // what is available may have changed meanwhile
    }
  }
  return (
    <Form action={t.ask} submit={submit} testId="ask-earnings">
      <TextField
        label={t.amount}
        hint={t.amountHint(money(availableMinor, currency))}
        error={wrong.value ? t.amountWrong : null}
        value={text.value}
        onValue={(value) => (text.value = value)}
        required
        inputMode="decimal"
        autocomplete="off"
        maxLength={20}
        data-testid="earnings-amount"
      />
    </Form>
  )
}

function Entry({ of }: { of: EarningsEntry }) {
  const t = ownMoneyWords.value
  return (
    <li data-kind={of.kind}>
      <span>
        {t.entries[of.kind]}
        {of.coins !== null && ` · ${t.coins(of.coins)}`}
        <br />
        <span class="soft">
          {dateTime(of.at)}
          {of.show && ` · ${t.of(of.show.title, of.show.merchant)}`}
        </span>
      </span>
      <strong class="numeric">{money(of.amountMinor, of.currency)}</strong>
    </li>
  )
}

function Payouts({ of }: { of: readonly PayoutView[] }) {
  const t = ownMoneyWords.value
  return (
    <section class="box" aria-labelledby="earnings-payouts">
      <h2 id="earnings-payouts">{t.payouts}</h2>
      <ul class="lines" data-testid="earnings-payouts">
        {of.map((payout) => (
          <li key={payout.id} data-state={payout.state}>
            <span>
              {t.states[payout.state]}
              <br />
              <span class="soft">
                {dateTime(payout.at)}
                {payout.note && ` · ${payout.note}`}
              </span>
            </span>
            <strong class="numeric">{money(payout.amountMinor, payout.currency)}</strong>
          </li>
        ))}
      </ul>
    </section>
  )
}
