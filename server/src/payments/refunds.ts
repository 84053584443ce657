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
import type { PaymentProvider } from './provider.ts'

const requested = z.object({ refundId: z.string() })

interface RefundRow {
  status: 'requested' | 'done' | 'failed'
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
 * ledger shows the amount under `refunds_due`.
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
    const { status, amountMinor, capturedMinor, currency, provider, providerRef } = found(row)
    if (status !== 'requested') return
    const done = await inTime(
      found(providers.get(provider), 'payment_provider_off').refund({
        refundId,
        providerRef: found(providerRef),
        amountMinor,
        capturedMinor,
        currency,
      }),
      limits.providerMsMax,
    )
    if (!done) return // the provider works on it; askAgain hears of its end
    await untilDecided(() => db.sql`select complete_refund(${refundId}, ${done.providerRef})`)
    log.info({ refundId, provider, amountMinor, currency }, 'refunded')
    outbox.nudge()
  }

  outbox.on('refund.requested', (payload) => refund(requested.parse(payload).refundId))

  return {
    /** Tries the oldest open refunds that the outbox may have given up. One that fails holds up no other. */
    async askAgain(): Promise<void> {
      const before = new Date(clock.now() - limits.refundAgainAfterMs)
      const rows = await db.sql<{ id: string }[]>`
        select id from refunds where status = 'requested' and created_at < ${before}
        order by created_at limit ${limits.sweptMax}`
      for (const { id } of rows) {
        await refund(id).catch((error) => log.warn({ err: error, refundId: id }, 'refund still open'))
      }
    },
  }
}
