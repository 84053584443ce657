import { createHmac } from 'node:crypto'
import { systemClock } from '../../src/kernel/clock.ts'
import { createStripe, type StripeSettings } from '../../src/payments/stripe/stripe.ts'
import {
  dayBeforeYesterday,
  type FakeAnswer,
  type FakeProvider,
  type FakeRequest,
  fakeServer,
  type Lie,
  must,
} from './fake.ts'

const SECRET_KEY = 'sk_test_fake'
const WEBHOOK_SECRET = 'whsec_fake'

interface Session {
  id: string
  url: string
  client_reference_id: string
  payment_id: string
  amount_total: number
  currency: string
  livemode: boolean
  payment_intent: string | null
  payment_status: string
  status: string
  expires_at: number
}
interface Refund {
  id: string
  payment_intent: string
  amount: number
  status: string
  metadata: { refund_id: string }
}

/** Stripe's Checkout Sessions, refunds and webhooks. */
export async function fakeStripe(): Promise<FakeProvider & { settings: StripeSettings }> {
  const sessions = new Map<string, Session>()
  const refunds: Refund[] = []
  const byKey = new Map<string, { body: string; answer: FakeAnswer }>()
  const bookedOn = dayBeforeYesterday()
  let slow = false
  let refusing: string | null = null
  let ids = 0

  const ok = (value: unknown): FakeAnswer => ({ status: 200, body: JSON.stringify(value, null, 2) })
  const no = (status: number, type: string, code?: string): FakeAnswer => ({
    status,
    body: JSON.stringify({ error: { type, ...(code ? { code } : {}), message: 'No.' } }),
  })
  const given = (intent: string) =>
    refunds
      .filter((one) => one.payment_intent === intent && ['succeeded', 'pending'].includes(one.status))
      .reduce((sum, one) => sum + one.amount, 0)

  function createSession(form: URLSearchParams): FakeAnswer {
    const amount = Number(form.get('line_items[0][price_data][unit_amount]'))
    if (form.get('mode') !== 'payment' || !form.get('success_url')) return no(400, 'invalid_request_error')
    if (!(amount > 0) || form.get('line_items[0][quantity]') !== '1') return no(400, 'invalid_request_error')
    if (!form.get('line_items[0][price_data][product_data][name]')) return no(400, 'invalid_request_error')
    const expires_at = Number(form.get('expires_at'))
    const livesS = expires_at - Date.now() / 1000
    if (!(livesS >= 30 * 60 && livesS <= 24 * 3600)) return no(400, 'invalid_request_error')
    const id = `cs_test_${++ids}`
    const session: Session = {
      id,
      url: `https://checkout.stripe.com/c/pay/${id}`,
      client_reference_id: must(form.get('client_reference_id')),
      payment_id: must(form.get('payment_intent_data[metadata][payment_id]')),
      amount_total: amount,
      currency: must(form.get('line_items[0][price_data][currency]')),
      livemode: false,
      payment_intent: null,
      payment_status: 'unpaid',
      status: 'open',
      expires_at,
    }
    sessions.set(id, session)
    return ok(session)
  }

  function createRefund(form: URLSearchParams): FakeAnswer {
    const intent = must(form.get('payment_intent'))
    const session = [...sessions.values()].find((one) => one.payment_intent === intent)
    const amount = Number(form.get('amount'))
    if (!session || given(intent) + amount > session.amount_total) return no(400, 'invalid_request_error')
    if (refusing?.includes('disputed')) return no(400, 'invalid_request_error', refusing)
    const refund: Refund = {
      id: `re_${++ids}`,
      payment_intent: intent,
      amount,
      status: refusing ?? (slow ? 'pending' : 'succeeded'),
      metadata: { refund_id: must(form.get('metadata[refund_id]')) },
    }
    refunds.push(refund)
    return ok(refund)
  }

  /** Charges, refunds, a fee, a payout and one that came back for each charge, two to a page. */
  function balanceTransactions(query: URLSearchParams): FakeAnswer {
    const fromS = Date.parse(bookedOn) / 1000
    const asked = [query.get('created[gte]'), query.get('created[lt]'), query.get('expand[]')]
    if (asked.join() !== `${fromS},${fromS + 24 * 3600},data.source`) return ok({ has_more: false, data: [] })
    const charges = [...sessions.values()].filter((one) => one.payment_intent)
    const data = [
      ...charges.flatMap(({ id, amount_total: amount, currency, payment_id }) => [
        {
          id: `txn_${id}`,
          type: 'charge',
          ...{ amount, fee: 145, currency },
          source: { id: `ch_${id}`, amount, currency, metadata: { payment_id } },
        },
        { id: `txn_fee_${id}`, type: 'stripe_fee', amount: -30, fee: 0, currency, source: null },
        {
          id: `txn_po_${id}`,
          type: 'payout',
          amount: -4000,
          fee: 25,
          currency,
          source: { id: 'po_1', object: 'payout' },
        },
        { id: `txn_pf_${id}`, type: 'payout_failure', amount: 500, fee: 0, currency, source: null },
      ]),
      ...refunds.map(({ id, amount, metadata, payment_intent: intent }) => {
        const { currency } = must(charges.find((one) => one.payment_intent === intent))
        return {
          id: `txn_${id}`,
          type: 'refund',
          amount: -amount,
          fee: 0,
          currency,
          source: { id, amount, currency, metadata },
        }
      }),
    ]
    const start = data.findIndex(({ id }) => id === query.get('starting_after')) + 1
    return ok({ has_more: start + 2 < data.length, data: data.slice(start, start + 2) })
  }

  function answer({ method, url, headers, body }: FakeRequest): FakeAnswer {
    if (headers.get('authorization') !== `Bearer ${SECRET_KEY}`) return no(401, 'authentication_error')
    if (!headers.get('stripe-version')) return no(400, 'invalid_request_error')
    if (method === 'GET' && url.pathname === '/v1/refunds') {
      const intent = url.searchParams.get('payment_intent')
      return ok({ object: 'list', data: refunds.filter((one) => one.payment_intent === intent) })
    }
    if (url.pathname === '/v1/balance_transactions') return balanceTransactions(url.searchParams)
    if (method === 'GET') {
      const session = sessions.get(url.pathname.replace('/v1/checkout/sessions/', ''))
      return session ? ok(session) : no(404, 'invalid_request_error')
    }
    const key = must(headers.get('idempotency-key'))
    const before = byKey.get(key)
    if (before) return before.body === body ? before.answer : no(400, 'idempotency_error')
    const form = new URLSearchParams(body)
    const made = url.pathname === '/v1/refunds' ? createRefund(form) : createSession(form)
    byKey.set(key, { body, answer: made })
    return made
  }

  function signed(event: object, lie: Lie) {
    const body = Buffer.from(JSON.stringify(event))
    const time = Math.floor(Date.now() / 1000) - (lie.stale ? 3600 : 0)
    const secret = lie.key ? 'whsec_another' : WEBHOOK_SECRET
    const made = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')
    const sent = lie.body
      ? Buffer.from(body.toString().replace('"livemode":false', '"livemode": false'))
      : body
    return { body: sent, headers: new Map([['stripe-signature', `t=${time},v1=${made},v0=00`]]) }
  }

  const server = await fakeServer(answer)
  const settings = { secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, apiUrl: server.url }
  const provider = createStripe({
    settings,
    homeUrl: 'https://live.example',
    clock: systemClock,
    msMax: 2000,
  })

  return {
    provider,
    settings,
    bookedOn,
    fees: { charge: 145, refund: 0 },
    cannot: [],
    async settle(ref, as) {
      const session = must(sessions.get(ref))
      session.status = as === 'paid' ? 'complete' : 'expired'
      session.payment_status = as === 'paid' ? 'paid' : 'unpaid'
      session.payment_intent = as === 'paid' ? `pi_${ref}` : null
    },
    async tell(ref, lie = {}) {
      const session = must(sessions.get(ref))
      const object = {
        ...session,
        amount_total: lie.amountMinor ?? session.amount_total,
        currency: lie.currency?.toLowerCase() ?? session.currency,
        client_reference_id: lie.paymentId ?? session.client_reference_id,
      }
      const type = session.payment_status === 'paid' ? 'completed' : 'expired'
      const account = lie.merchant ? { account: 'acct_another' } : {}
      return signed(
        {
          id: `evt_${++ids}`,
          type: `checkout.session.${type}`,
          livemode: false,
          ...account,
          data: { object },
        },
        lie,
      )
    },
    async small() {
      return signed(
        { id: `evt_${++ids}`, type: 'customer.created', livemode: false, data: { object: {} } },
        {},
      )
    },
    payableUntil: async (ref) => must(sessions.get(ref)).expires_at * 1000,
    started: () => sessions.size,
    refunded: async (ref) => given(`pi_${ref}`),
    loseAnswers: server.loseAnswers,
    forgeAnswers() {}, // answers are not signed: TLS alone vouches for them
    slowRefunds(on) {
      slow = on
      if (!on) for (const one of refunds) if (one.status === 'pending') one.status = 'succeeded'
    },
    refusals: ['failed', 'canceled', 'charge_disputed'],
    refuseRefunds(code) {
      refusing = code
    },
    close: server.close,
  }
}
