import type { REFUND_STATES } from '@shelfcast/shared/api/payments.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { inTime } from '../kernel/in-time.ts'
import type { Log } from '../kernel/log.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { untilDecided } from '../kernel/retry.ts'
import { type PaymentProvider, RefundRefused } from './provider.ts'

const requested = z.object({ refundId: z.string() })

interface RefundRow {
  status: (typeof REFUND_STATES)[number]
  amountMinor: number
  capturedMinor: number
  currency: Currency
  provider: string
  providerRef: string | null
}

/**
 * Asks providers for the refunds that SQL functions have requested. The outbox tries first and for some hours; a
 * refund that is older and still open is asked for by `askAgain`, for as long as it takes: a provider that was away
 * for a day owes the buyer all the same. The refund's id makes every asking the same refund. Until it is done, the
 * ledger shows the amount under `refunds_due`. One that a provider refuses for good is booked back and waits for a
 * person (failed-refunds.ts).
 */
export function createRefunds(deps: {
  db: Db
  outbox: Pick<Outbox, 'on' | 'nudge'>
  providers: ReadonlyMap<string, PaymentProvider>
  clock: Clock
  log: Log
  limits: Limits['payments']
}) {
  const { db, outbox, providers, clock, log, limits } = deps

  async function refund(refundId: string): Promise<void> {
    const [row] = await db.sql<RefundRow[]>`
      select r.status, r.amount_minor as "amountMinor", p.captured_minor as "capturedMinor", p.currency, p.provider, p.provider_ref as "providerRef"
      from refunds r join payments p on p.id = r.payment_id where r.id = ${refundId}`
    const { status, provider, amountMinor, currency } = found(row)
    if (status !== 'requested') return
    const ended = await ask(refundId, found(row))
    if (!ended) return // the provider works on it; askAgain hears of its end
    if ('refusal' in ended) {
      await untilDecided(
        () => db.sql`select fail_refund(${refundId}, ${ended.refusal}, ${new Date(clock.now())})`,
      )
    } else {
      await untilDecided(() => db.sql`select complete_refund(${refundId}, ${ended.providerRef})`)
    }
    log['refusal' in ended ? 'error' : 'info'](
      { refundId, provider, amountMinor, currency, ...ended },
      'refund',
    )
    outbox.nudge()
  }

  async function ask(
    refundId: string,
    row: RefundRow,
  ): Promise<{ providerRef: string } | { refusal: string } | null> {
    const { provider, providerRef, amountMinor, capturedMinor, currency } = row
    const request = { refundId, providerRef: found(providerRef), amountMinor, capturedMinor, currency }
    const asked = found(providers.get(provider), 'payment_provider_off').refund(request)
    return inTime(asked, limits.providerMsMax).catch((error: unknown) => {
      if (error instanceof RefundRefused) return { refusal: error.code }
      throw error
    })
  }

  outbox.on('refund.requested', (payload) => refund(requested.parse(payload).refundId))

  return {
    /**
     * Tries open refunds that the outbox may have given up. A random draw: those that stay open must not keep the others
     * from being asked.
     */
    async askAgain(): Promise<void> {
      const before = new Date(clock.now() - limits.refundAgainAfterMs)
      const rows = await db.sql<{ id: string }[]>`
        select id from refunds where status = 'requested' and created_at < ${before}
        order by random() limit ${limits.sweptMax}`
      for (const { id } of rows) {
        await refund(id).catch((error) => log.warn({ err: error, refundId: id }, 'refund still open'))
      }
    },
  }
}
