import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { CURRENCIES } from '@shelfcast/shared/money.ts'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/errors.ts'
import { type PaymentEvent, type PaymentProvider, RefundRefused, type StatementLine } from '../provider.ts'
import { assertOurs, call, jsonIn, ProviderRefusal, parseAnswer, parseNotification } from '../wire.ts'

export interface StripeSettings {
  readonly secretKey: string
  /** Of the endpoint, `whsec_…`. */
  readonly webhookSecret: string
  readonly apiUrl: string
}

/** The version whose shapes are parsed below; Stripe keeps answering in it. */
const API_VERSION = '2024-06-20'
const TOLERANCE_S = 5 * 60
/** A session lives for at least half an hour from its making, which may be at the last moment; and a minute for clocks. */
const SESSION_S_MIN = 31 * 60

const session = z.object({
  id: z.string(),
  url: z.string().nullable().optional(),
  client_reference_id: z.string().nullable(),
  amount_total: z.int().nullable(),
  currency: z.string().nullable(),
  livemode: z.boolean(),
  payment_intent: z.string().nullable(),
  payment_status: z.enum(['paid', 'unpaid', 'no_payment_required']),
  status: z.enum(['open', 'complete', 'expired']).nullable(),
})
type Session = z.output<typeof session>

const notification = z.object({
  id: z.string(),
  type: z.string(),
  livemode: z.boolean(),
  /** Of a connected account: none of ours. */
  account: z.string().optional(),
  data: z.object({ object: z.unknown() }),
})
const refunds = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      status: z.string().nullable(),
      amount: z.int(),
      metadata: z.record(z.string(), z.string()),
    }),
  ),
})
const refund = refunds.shape.data.element
/** Movements of the balance, in its own currency; each with what Stripe kept of it. Payouts and fees have sources of other shapes. */
const movements = z.object({
  has_more: z.boolean(),
  data: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      amount: z.int(),
      fee: z.int(),
      currency: z.string(),
      /** In the currency that the buyer paid, which the balance may not be kept in. */
      source: z
        .object({
          id: z.string(),
          amount: z.int(),
          currency: z.string(),
          metadata: z.record(z.string(), z.string()).default({}),
        })
        .nullable()
        .catch(null),
    }),
  ),
})
const MOVEMENTS = new Map<string, StatementLine['movement']>([
  ['charge', 'charge'],
  ['payment', 'charge'],
  ['refund', 'refund'],
  ['payment_refund', 'refund'],
])
const DAY_S = 24 * 3600

const refusal = z.object({ error: z.object({ type: z.string(), code: z.string().optional() }) })
/** Wire: docs.stripe.com/error-codes. */
const REFUSED_FOR_GOOD: ReadonlySet<string> = new Set([
  'charge_already_refunded',
  'charge_disputed',
  'refund_disputed_payment',
])

/** Which events of a Checkout Session tell what became of its payment. */
const TOLD = new Map<string, PaymentEvent['kind']>([
  ['checkout.session.completed', 'captured'],
  ['checkout.session.async_payment_succeeded', 'captured'],
  ['checkout.session.async_payment_failed', 'failed'],
  ['checkout.session.expired', 'failed'],
])

/** `{ "a": { "b": 1 } }` as `a[b]=1`, which is how Stripe takes nested fields. */
type Fields = { readonly [name: string]: string | number | Fields }
function encode(fields: Fields, prefix = ''): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    const key = prefix ? `${prefix}[${name}]` : name
    return typeof value === 'object' ? encode(value, key) : [[key, String(value)]]
  })
}

/**
 * Stripe by Checkout Sessions: the buyer pays on Stripe's page, with whatever the account has switched on.
 * Wire: docs.stripe.com/api/checkout/sessions, /api/refunds, /webhooks#verify-manually.
 */
export function createStripe(deps: {
  settings: StripeSettings
  /** Where a buyer comes back to who did not come from a show. */
  homeUrl: string
  clock: Clock
  msMax: number
}): PaymentProvider {
  const { settings, clock } = deps
  const live = !/^(sk|rk)_test_/.test(settings.secretKey)

  async function ask<S extends z.ZodType>(
    schema: S,
    path: string,
    fields?: Fields,
    key?: string,
  ): Promise<z.output<S>> {
    const answer = await call(
      new URL(path, settings.apiUrl),
      {
        method: fields ? 'POST' : 'GET',
        headers: {
          authorization: `Bearer ${settings.secretKey}`,
          'stripe-version': API_VERSION,
          ...(key ? { 'idempotency-key': key } : {}),
        },
        ...(fields ? { body: new URLSearchParams(encode(fields)) } : {}),
      },
      deps.msMax,
    )
    if (answer.status >= 400) {
      const said = refusal.safeParse(jsonIn(answer.body))
      const { code, type = '' } = said.data?.error ?? {}
      throw new ProviderRefusal('stripe', code ?? String(answer.status), type)
    }
    return parseAnswer(schema, answer.body)
  }

  /** What became of a session, by its own state rather than by the event that told of it. */
  function eventOf(one: Session, id: string): PaymentEvent | null {
    assertOurs('livemode', String(one.livemode), String(live))
    const kind = one.payment_status === 'paid' ? 'captured' : one.status === 'expired' ? 'failed' : null
    return kind && described(one, id, kind)
  }

  const described = (one: Session, id: string, kind: PaymentEvent['kind']): PaymentEvent => ({
    id,
    kind,
    paymentId: one.client_reference_id ?? '',
    transactionId: one.payment_intent ?? one.id,
    providerRef: one.id,
    amountMinor: one.amount_total ?? 0,
    currency: (one.currency ?? '').toUpperCase(),
  })

  /** Wire: docs.stripe.com/api/balance_transactions/list. A charge carries the metadata of its PaymentIntent. */
  async function statement(day: string): Promise<StatementLine[] | null> {
    const fromS = Date.parse(day) / 1000
    if (clock.now() / 1000 < fromS + DAY_S) return null
    const lines: StatementLine[] = []
    let after = ''
    while (true) {
      const part = await ask(
        movements,
        `/v1/balance_transactions?limit=100&created[gte]=${fromS}&created[lt]=${fromS + DAY_S}&expand[]=data.source${after}`,
      )
      lines.push(...part.data.flatMap(movedBy))
      const last = part.data.at(-1)
      if (!part.has_more || !last) return lines
      after = `&starting_after=${encodeURIComponent(last.id)}`
    }
  }

  return {
    name: 'stripe',
    currencies: CURRENCIES,

    async start({ paymentId, amountMinor, currency, subject, returnUrl, expiresAt }) {
      const product = {
        currency: currency.toLowerCase(),
        unit_amount: amountMinor,
        product_data: { name: subject },
      }
      const made = await ask(
        session,
        '/v1/checkout/sessions',
        {
          mode: 'payment',
          client_reference_id: paymentId,
          line_items: { 0: { quantity: 1, price_data: product } },
          payment_intent_data: { metadata: { payment_id: paymentId } },
          expires_at: Math.ceil(expiresAt / 1000) + SESSION_S_MIN,
          success_url: returnUrl ?? deps.homeUrl,
          cancel_url: returnUrl ?? deps.homeUrl,
        },
        paymentId,
      )
      if (!made.url) throw new ProviderRefusal('stripe', 'no_url', 'a session without a page')
      return { providerRef: made.id, payUrl: made.url }
    },

    parseWebhook(body, headers) {
      assertSigned(settings.webhookSecret, headers.get('stripe-signature') ?? '', clock.now(), body)
      const told = parseNotification(notification, body.toString('utf8'))
      const kind = TOLD.get(told.type)
      if (!kind) return null
      assertOurs('account', told.account ?? '', '')
      assertOurs('livemode', String(told.livemode), String(live))
      const one = parseNotification(session, JSON.stringify(told.data.object))
      // A session can be completed before its money has come: bank debits are told of later.
      if (kind === 'captured') return eventOf(one, told.id)
      return described(one, told.id, kind)
    },

    async query(providerRef) {
      const one = await ask(session, `/v1/checkout/sessions/${encodeURIComponent(providerRef)}`)
      return eventOf(
        one,
        `query_${createHash('sha256').update(`${one.id} ${one.payment_status} ${one.status}`).digest('hex').slice(0, 32)}`,
      )
    },

    /** Stripe forgets an Idempotency-Key after a day, so what is there already is looked for first. */
    async refund({ refundId, providerRef, amountMinor }) {
      const { payment_intent: intent } = await ask(
        session,
        `/v1/checkout/sessions/${encodeURIComponent(providerRef)}`,
      )
      if (!intent) throw new ProviderRefusal('stripe', 'not_captured', 'nothing to give back')
      const made = await ask(refunds, `/v1/refunds?limit=100&payment_intent=${encodeURIComponent(intent)}`)
      const one =
        made.data.find(({ metadata }) => metadata.refund_id === refundId) ??
        (await ask(
          refund,
          '/v1/refunds',
          { payment_intent: intent, amount: amountMinor, metadata: { refund_id: refundId } },
          refundId,
        ).catch((error: unknown) => {
          if (error instanceof ProviderRefusal && REFUSED_FOR_GOOD.has(error.code)) {
            throw new RefundRefused('stripe', error.code)
          }
          throw error
        }))
      switch (one.status) {
        case 'succeeded':
          return { providerRef: one.id }
        case 'failed':
        case 'canceled':
          throw new RefundRefused('stripe', one.status)
        default:
          return null
      }
    },

    statements: { aheadMs: 0, of: statement },
  }
}

/** @throws Fault `webhook_signature` unless a `v1` signature over `t.body` is right and `t` is near */
function assertSigned(secret: string, header: string, nowMs: number, body: Buffer): void {
  const parts = header.split(',').map((part) => part.trim().split('='))
  const time = parts.find(([name]) => name === 't')?.[1] ?? ''
  const near = /^\d{1,12}$/.test(time) && Math.abs(nowMs / 1000 - Number(time)) <= TOLERANCE_S
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest()
  const right = parts.some(([name, value = '']) => {
    const given = Buffer.from(value, 'hex')
    return name === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!near || !right) throw new Fault('webhook_signature')
}

function movedBy(moved: z.output<typeof movements>['data'][number]): StatementLine[] {
  const { id, type, source } = moved
  const feeCurrency = moved.currency.toUpperCase()
  const fee = { feeMinor: moved.fee, feeCurrency }
  const movement = MOVEMENTS.get(type)
  if (movement && source) {
    const { id: ref, amount, currency, metadata } = source
    const name = (movement === 'charge' ? metadata.payment_id : metadata.refund_id) ?? null
    return [{ movement, ref, name, amountMinor: Math.abs(amount), currency: currency.toUpperCase(), ...fee }]
  }
  // A payout that fails or is cancelled comes back as a movement of its own.
  const amountMinor = 0 - moved.amount
  const own = { ref: id, name: null, amountMinor, currency: feeCurrency, ...fee }
  if (type.startsWith('payout')) return [{ movement: 'payout', ...own }]
  return type === 'stripe_fee' ? [{ movement: 'fee', ...own }] : []
}
