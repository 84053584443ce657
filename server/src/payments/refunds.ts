import type { Currency } from '@shelfcast/shared/money.ts'
import { z } from 'zod'
import type { Limits } from '../config.ts'
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
  currency: Currency
  provider: string
  providerRef: string | null
}

/**
 * Asks providers for the refunds that SQL functions have requested. The outbox tries again until the provider has
 * done it; the refund's id makes that one refund. Until then the ledger shows the amount under `refunds_due`.
 */
export function handleRefunds(deps: {
  db: Db
  outbox: Pick<Outbox, 'on' | 'nudge'>
  providers: ReadonlyMap<string, PaymentProvider>
  log: Log
  limits: Limits['payments']
}): void {
  const { db, outbox, providers, log, limits } = deps

  outbox.on('refund.requested', async (payload) => {
    const { refundId } = requested.parse(payload)
    const [row] = await db.sql<RefundRow[]>`
      select r.status, r.amount_minor as "amountMinor", p.currency, p.provider, p.provider_ref as "providerRef"
      from refunds r join payments p on p.id = r.payment_id where r.id = ${refundId}`
    const { status, amountMinor, currency, provider, providerRef } = found(row)
    if (status !== 'requested') return
    const refund = await inTime(
      found(providers.get(provider), 'payment_provider_off').refund({
        refundId,
        providerRef: found(providerRef),
        amountMinor,
        currency,
      }),
      limits.providerMsMax,
    )
    await untilDecided(() => db.sql`select complete_refund(${refundId}, ${refund.providerRef})`)
    log.info({ refundId, provider, amountMinor, currency }, 'refunded')
    outbox.nudge()
  })
}
