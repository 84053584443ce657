import type { PaymentView } from '@shelfcast/shared/api/payments.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import type { Limits } from '../config.ts'
import { createCallerRate } from '../kernel/caller-rate.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { type Keyed, keyed, type Refusal, refusalOf } from '../kernel/idempotency.ts'
import { inTime } from '../kernel/in-time.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Outbox } from '../kernel/outbox.ts'
import type { Redis } from '../kernel/redis.ts'
import { untilDecided } from '../kernel/retry.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import { createEvents } from './events.ts'
import { createFailedRefunds } from './failed-refunds.ts'
import type { PaymentProvider } from './provider.ts'
import { createReconciliation } from './reconciliation.ts'
import { createRefunds } from './refunds.ts'

export interface PaymentsDeps {
  db: Db
  redis: Redis
  outbox: Pick<Outbox, 'on' | 'nudge'>
  /** Those that are configured. */
  providers: readonly PaymentProvider[]
  publicUrl: string
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['payments']
}

export interface CoinOrder {
  personId: string
  coins: number
  amountMinor: number
  currency: Currency
  provider: string
  key: string
}

type PaymentRow = PaymentView & {
  currency: Currency
  showId: string | null
  subject: string
  expiresAt: number
}
type Started = { paymentId: string; purchaseId?: string }

export type Payments = ReturnType<typeof createPayments>

/**
 * Payments by whatever providers are configured. The row stands before the provider is called, and the provider is
 * called with the row's id, so a lost answer is asked for again and charges once. What a provider says goes through
 * events.ts alone.
 */
export function createPayments(deps: PaymentsDeps) {
  const { db, clock, log, limits } = deps
  const { sql } = db
  const providers = new Map(deps.providers.map((provider) => [provider.name, provider]))
  const reconciliation = createReconciliation({ ...deps, providers })
  const events = createEvents({ ...deps, providers, alarm: reconciliation.measure })
  const refunds = createRefunds({ ...deps, providers })
  let tickers: Closable[] = []

  function providerOf(name: string): PaymentProvider {
    return found(providers.get(name), 'payment_provider_off')
  }

  async function load(paymentId: string): Promise<PaymentRow> {
    const [row] = await sql<PaymentRow[]>`
      select p.id, p.provider, p.status, p.amount_minor as "amountMinor", p.currency, p.pay_url as "payUrl",
        (select o.show_id from payment_allocations a join orders o on o.tenant_id = a.tenant_id and o.id = a.order_id
          where a.payment_id = p.id order by a.id limit 1) as "showId",
        coalesce((select t.name from tenants t where t.id = p.tenant_id), 'Coins') as subject,
        (extract(epoch from coalesce(
          (select min(o.expires_at) from payment_allocations a join orders o on o.tenant_id = a.tenant_id and o.id = a.order_id
            where a.payment_id = p.id),
          p.created_at + ${limits.coinsPayWithinMs} * interval '1 millisecond')) * 1000)::bigint as "expiresAt"
      from payments p where p.id = ${paymentId}`
    return found(row)
  }

  const view = ({ showId: _, subject: __, expiresAt: ___, ...payment }: PaymentRow): PaymentView => payment

  /** The payment as it stands, known to its provider. @throws Fault `unavailable` when the provider does not answer */
  async function atProvider(paymentId: string): Promise<PaymentView> {
    const payment = await load(paymentId)
    if (payment.status !== 'created') return view(payment)
    const { amountMinor, currency, showId, subject, expiresAt } = payment
    const returnUrl = showId && `${deps.publicUrl}/s/${showId}`
    const provider = providerOf(payment.provider)
    if (!provider.currencies.includes(currency)) {
      throw new Fault('payment_provider_off', { detail: `${provider.name} does not collect ${currency}.` })
    }
    const { providerRef, payUrl } = await inTime(
      provider.start({ paymentId, amountMinor, currency, subject, returnUrl, expiresAt }),
      limits.providerMsMax,
    ).catch((cause: unknown) => {
      log.warn(
        { err: cause, paymentId, provider: payment.provider },
        'payment provider did not start a payment',
      )
      throw new Fault('unavailable', { detail: 'The payment provider does not answer.', cause })
    })
    // The news of its capture may have come first.
    await sql`
      update payments set provider_ref = ${providerRef}, pay_url = ${payUrl},
        status = case status when 'created' then 'pending' else status end
      where id = ${paymentId} and pay_url is null`
    return view(await load(paymentId))
  }

  async function begin(send: () => Promise<readonly { answer: Started | Refusal }[]>): Promise<Started> {
    const [row] = await untilDecided(send)
    const { answer } = found(row)
    if ('code' in answer) throw refusalOf({ status: 409, response: answer })
    return answer
  }

  return {
    receive: events.receive,
    attempt: createCallerRate(deps.redis, 'payment', {
      perPerson: limits.startedPerPersonPer10SMax,
      perDevice: limits.startedPerDevicePer10SMax,
      perAddress: limits.startedPerAddressPer10SMax,
      redisPauseMs: limits.ratePauseMs,
    }),
    reconciliation,
    failedRefunds: createFailedRefunds(deps),

    /** The providers that collect this currency, in the order they were configured. */
    providersFor: (currency: Currency): string[] =>
      deps.providers.filter((one) => one.currencies.includes(currency)).map(({ name }) => name),

    /**
     * Starts the payment of one's own order, or gives back the one under way with this provider. The same key names
     * the same payment, as it now stands.
     * @throws Fault `not_found`, `payment_provider_off`, `payment_not_payable`, `unavailable`
     */
    async payOrder(personId: string, orderId: string, provider: string, key: string): Promise<PaymentView> {
      providerOf(provider)
      const by = keyed(personId, 'POST /orders/:orderId/payments', key, { orderId, provider })
      const { paymentId } = await begin(
        () => sql`
          select start_order_payment(${personId}, ${by.route}, ${key}, ${by.requestHash}, ${orderId}, ${provider},
            ${new Date(clock.now())}) as answer`,
      )
      return atProvider(paymentId)
    },

    /** Starts a purchase of coins, once per key. @throws Fault `payment_provider_off`, `unavailable` */
    async buyCoins(order: CoinOrder): Promise<{ id: string; coins: number; payment: PaymentView }> {
      const { personId, coins, amountMinor, currency, provider, key } = order
      providerOf(provider)
      const by: Keyed = keyed(personId, 'POST /coin-purchases', key, {
        coins,
        amountMinor,
        currency,
        provider,
      })
      const { paymentId, purchaseId } = await begin(
        () => sql`
          select start_coin_payment(${personId}, ${by.route}, ${key}, ${by.requestHash}, ${coins}, ${amountMinor},
            ${currency}, ${provider}, ${new Date(clock.now())}) as answer`,
      )
      return { id: found(purchaseId), coins, payment: await atProvider(paymentId) }
    },

    /** Asks providers about payments that nobody told us of. @returns how many changed */
    askAgain: events.askAgain,
    /** Asks providers again for refunds that are still open. */
    refundAgain: refunds.askAgain,

    start(): void {
      if (providers.size === 0 || tickers.length > 0) return
      tickers = [
        startTicker('open payments', limits.sweepMs, log, events.askAgain),
        startTicker('open refunds', limits.refundSweepMs, log, refunds.askAgain),
        startTicker('statements', limits.statementsEveryMs, log, reconciliation.run),
      ]
    },
    async close(): Promise<void> {
      await Promise.all(tickers.map((ticker) => ticker.close()))
    },
  }
}
