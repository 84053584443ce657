import { setMaxListeners } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { CURRENCIES, type Currency } from '@shelfcast/shared/money.ts'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { Db } from '../../kernel/db.ts'
import { Fault, found, invalidInput } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { type PaymentEvent, type PaymentProvider, RefundRefused, type StatementLine } from '../provider.ts'
import type { SandboxChoice } from './choices.ts'
import { assertSigned, signedHeaders } from './signature.ts'

export interface SandboxPayment {
  ref: string
  paymentId: string
  amountMinor: number
  currency: Currency
  returnUrl: string | null
  choice: SandboxChoice | null
  expiresAt: number | null
}

export interface SandboxDeps {
  db: Db
  /** Signs and checks notifications. */
  key: Uint8Array
  /** Where buyers' browsers find this server. */
  publicUrl: string
  /** Where this server takes the sandbox's notifications: its own loopback address. */
  webhookUrl: string
  clock: Clock
  log: Log
}

const DAY_MS = 24 * 3600_000
/** Like the providers that it plays, it takes money for a while longer than it is asked to. */
const OPEN_MS_MIN = 65_000
const DELAY_MS = 5000
const DUPLICATES = 5
const DELIVERY_ATTEMPTS = 6
const DELIVERY_WAIT_MS = 200

const notification = z.object({
  id: z.string().min(1).max(200),
  kind: z.enum(['captured', 'failed']),
  paymentId: z.string().min(1).max(64),
  transactionId: z.string().min(1).max(200),
  providerRef: z.string().min(1).max(200),
  amountMinor: z.int().positive(),
  currency: z.string().length(3),
})

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Fault('bad_json')
  }
}

export type Sandbox = ReturnType<typeof createSandbox>

/**
 * A payment provider to try things with: no money moves. It plays the foreign party honestly: its state is its own
 * (in Postgres: a bank that forgets with Redis what it took can give nothing back), it knows nothing of orders, and it
 * speaks to the server by signed HTTP notifications that come late, twice or not at all when told to.
 */
export function createSandbox(deps: SandboxDeps) {
  const { key, clock, log } = deps
  const { sql } = deps.db
  const closing = new AbortController()
  setMaxListeners(0, closing.signal) // each notification that waits listens

  async function find(ref: string): Promise<SandboxPayment | null> {
    const [row] = await sql<SandboxPayment[]>`
      select ref, payment_id as "paymentId", amount_minor as "amountMinor", currency, return_url as "returnUrl", choice,
        (extract(epoch from expires_at) * 1000)::bigint as "expiresAt"
      from sandbox_payments where ref = ${ref}`
    return row ?? null
  }

  function eventOf({ ref, paymentId, amountMinor, currency, choice }: SandboxPayment): PaymentEvent | null {
    if (choice === null) return null
    const kind = choice === 'decline' ? 'failed' : 'captured'
    const transactionId = `txn_${ref}`
    return {
      id: `evt_${ref}_${kind}`,
      kind,
      paymentId,
      transactionId,
      providerRef: ref,
      amountMinor,
      currency,
    }
  }

  async function deliver(event: PaymentEvent): Promise<void> {
    const body = Buffer.from(JSON.stringify(event))
    for (let attempt = 1; attempt <= DELIVERY_ATTEMPTS; attempt++) {
      const headers = {
        'content-type': 'application/json',
        ...signedHeaders(key, event.id, clock.now(), body),
      }
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(5000)])
      const answer = await fetch(deps.webhookUrl, { method: 'POST', headers, body, signal }).catch(() => null)
      if (answer?.ok || closing.signal.aborted) return
      await wait(DELIVERY_WAIT_MS * 2 ** attempt, null, { signal: closing.signal }).catch(() => {})
    }
    log.warn({ eventId: event.id }, 'sandbox: nobody took the notification')
  }

  async function notify(event: PaymentEvent, choice: SandboxChoice): Promise<void> {
    if (choice === 'delay') await wait(DELAY_MS, null, { signal: closing.signal })
    const copies = choice === 'duplicate' ? DUPLICATES : 1
    await Promise.all(Array.from({ length: copies }, () => deliver(event)))
  }

  const provider: PaymentProvider = {
    name: 'sandbox',
    currencies: CURRENCIES,

    async start({ paymentId, amountMinor, currency, returnUrl, expiresAt }) {
      const ref = `sbx_${paymentId}`
      await sql`
        insert into sandbox_payments (ref, payment_id, amount_minor, currency, return_url, expires_at, created_at)
        values (${ref}, ${paymentId}, ${amountMinor}, ${currency}, ${returnUrl}, ${new Date(expiresAt + OPEN_MS_MIN)},
          ${new Date(clock.now())})
        on conflict do nothing`
      return { providerRef: ref, payUrl: `${deps.publicUrl}/sandbox/pay/${ref}` }
    },

    parseWebhook(body, headers) {
      assertSigned(key, headers, clock.now(), body)
      const parsed = notification.safeParse(parseJson(body))
      if (!parsed.success) throw invalidInput(parsed.error)
      return parsed.data
    },

    async query(ref) {
      const payment = await find(ref)
      return payment && eventOf(payment)
    },

    async refund({ refundId, providerRef, amountMinor }) {
      if ((await find(providerRef))?.choice === 'no_refunds') {
        throw new RefundRefused('sandbox', 'account_closed')
      }
      // The same id gives back once; the CHECK on `refunded_minor` refuses what is more than was captured.
      await sql`
        with given as (
          insert into sandbox_refunds (refund_id, ref, amount_minor, created_at)
          select ${refundId}, ref, ${amountMinor}, ${new Date(clock.now())} from sandbox_payments
          where ref = ${providerRef} and choice <> 'decline'
          on conflict do nothing returning ref, amount_minor
        )
        update sandbox_payments p set refunded_minor = p.refunded_minor + g.amount_minor from given g where p.ref = g.ref`
      const [known] =
        await sql`select 1 from sandbox_refunds where refund_id = ${refundId} and ref = ${providerRef}`
      if (!known) throw new Error('sandbox: nothing was captured')
      return { providerRef: `${providerRef}_${refundId}` }
    },

    statements: {
      aheadMs: 0,
      async of(day) {
        const from = new Date(day)
        const to = new Date(from.getTime() + DAY_MS)
        if (clock.now() < to.getTime()) return null
        return sql<StatementLine[]>`
          select 'charge' as movement, 'txn_' || ref as ref, payment_id as name, amount_minor as "amountMinor", currency
          from sandbox_payments where decided_at >= ${from} and decided_at < ${to} and choice <> 'decline'
          union all
          select 'refund', r.ref || '_' || r.refund_id, r.refund_id, r.amount_minor, p.currency
          from sandbox_refunds r join sandbox_payments p on p.ref = r.ref
          where r.created_at >= ${from} and r.created_at < ${to}`
      },
    },
  }

  return {
    provider,
    find,

    /** Whether it is too late to pay. */
    isOver: ({ expiresAt, choice }: SandboxPayment): boolean =>
      choice === null && expiresAt !== null && expiresAt <= clock.now(),

    /** The first choice in time counts. Its notification is on its way when this returns. @throws Fault `not_found` */
    async choose(ref: string, choice: SandboxChoice): Promise<void> {
      found(await find(ref))
      const { count } = await sql`
        update sandbox_payments set choice = ${choice}, decided_at = ${new Date(clock.now())}
        where ref = ${ref} and choice is null and coalesce(expires_at > ${new Date(clock.now())}, true)`
      if (count === 0) return
      const event = eventOf(found(await find(ref)))
      if (event) {
        notify(event, choice).catch((error: unknown) => {
          if (!closing.signal.aborted) log.error({ err: error }, 'sandbox notification')
        })
      }
    },

    close(): void {
      closing.abort()
    },
  }
}
