import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/errors.ts'
import { fromYuan, toYuan } from '../amount.ts'
import { type PaymentEvent, type PaymentProvider, RefundRefused, type StatementLine } from '../provider.ts'
import { assertOurs, call, download, ProviderRefusal, parseFields } from '../wire.ts'
import { billLines } from './bill.ts'
import { isSignedBy, rawMember, signature, signed } from './signature.ts'

export interface AlipaySettings {
  readonly appId: string
  /** Ours; signs what we ask. */
  readonly privateKey: KeyObject
  /** Alipay's; checks what it says. */
  readonly publicKey: KeyObject
  /** `wap`: a page for phones; `page`: one for computers. */
  readonly product: 'wap' | 'page'
  readonly gatewayUrl: string
}

const PRODUCTS = {
  wap: { method: 'alipay.trade.wap.pay', code: 'QUICK_WAP_WAY' },
  page: { method: 'alipay.trade.page.pay', code: 'FAST_INSTANT_TRADE_PAY' },
}
/** A trade is open for at least a minute from its making, which may be at the last moment. */
const OPEN_MS_MIN = 65_000
const NOT_THERE_YET = 'ACQ.TRADE_NOT_EXIST' // the buyer has not opened the page
/** Wire: the error codes of alipay.trade.refund that no later asking changes. */
const REFUSED_FOR_GOOD: ReadonlySet<string> = new Set([
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.TRADE_HAS_CLOSE',
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.TRADE_NOT_ALLOW_REFUND',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR',
  'ACQ.BUYER_NOT_EXIST',
  'ACQ.BUYER_ENABLE_STATUS_FORBID',
  'ACQ.REFUND_ACCOUNT_NOT_EXIST',
])
const yuan = z.string().transform((value, context) => {
  try {
    return fromYuan(value)
  } catch {
    context.addIssue('an amount in yuan')
    return z.NEVER
  }
})
const TRADE_STATUSES = ['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_SUCCESS', 'TRADE_FINISHED'] as const

const notification = z.object({
  notify_id: z.string().min(1).max(128),
  app_id: z.string(),
  out_trade_no: z.string().min(1).max(64),
  trade_no: z.string().min(1).max(64),
  trade_status: z.enum(TRADE_STATUSES),
  total_amount: yuan,
  /** There when the notification is of a refund. */
  refund_fee: z.string().optional(),
})
const outcome = z.object({ code: z.string(), msg: z.string().default(''), sub_code: z.string().default('') })
const trade = z.object({
  out_trade_no: z.string(),
  trade_no: z.string(),
  trade_status: z.enum(TRADE_STATUSES),
  total_amount: yuan,
})
const refunded = z.object({ fund_change: z.enum(['Y', 'N']).optional() })
const refundState = z.object({ refund_status: z.string().optional() })
const billPlace = z.object({ bill_download_url: z.url() })

const HOUR_MS = 3600_000
const CHINA_AHEAD_MS = 8 * HOUR_MS
/** From the day's beginning: bills are there by 9:00 of the next day, in special cases later. */
const BILL_AFTER_MS = 34 * HOUR_MS
/** A day that has no bill by then had no trade. */
const NO_BILL_AFTER_MS = 3 * 24 * HOUR_MS

/** `yyyy-MM-dd HH:mm:ss` in China, which is what Alipay counts in. */
const chinaTime = (ms: number): string =>
  new Date(ms + CHINA_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ')

/**
 * Alipay by RSA2. The payment page is an address that we sign: nothing is asked of Alipay before the buyer opens it.
 * `providerRef` is our payment id, which Alipay calls `out_trade_no`. It notifies again for 25 hours with nothing that
 * tells how old a notification is; its id and its trade number are what makes it count once.
 * Wire: opendocs.alipay.com, alipay.trade.wap.pay, page.pay, query, refund, fastpay.refund.query.
 */
export function createAlipay(deps: {
  settings: AlipaySettings
  notifyUrl: string
  clock: Clock
  msMax: number
}): PaymentProvider {
  const { settings, clock } = deps

  function request(method: string, content: object, more: Record<string, string> = {}): URL {
    const fields = new Map(
      Object.entries({
        app_id: settings.appId,
        method,
        format: 'JSON',
        charset: 'utf-8',
        sign_type: 'RSA2',
        timestamp: chinaTime(clock.now()),
        version: '1.0',
        ...more,
        biz_content: JSON.stringify(content),
      }),
    )
    fields.set('sign', signature(settings.privateKey, signed(fields)))
    const url = new URL(settings.gatewayUrl)
    for (const [name, value] of fields) url.searchParams.set(name, value)
    return url
  }

  /** @throws ProviderRefusal, or an Error when the answer is not signed by Alipay */
  async function ask<S extends z.ZodType>(schema: S, method: string, content: object): Promise<z.output<S>> {
    const url = request(method, content)
    const body = new URLSearchParams({ biz_content: url.searchParams.get('biz_content') ?? '' })
    url.searchParams.delete('biz_content')
    const answer = await call(url, { method: 'POST', body }, deps.msMax)
    const raw = rawMember(answer.body, `${method.replaceAll('.', '_')}_response`)
    if (raw === null) throw new ProviderRefusal('alipay', 'error_response', method)
    const { sign } = z.object({ sign: z.string() }).parse(JSON.parse(answer.body))
    if (!isSignedBy(settings.publicKey, raw, sign))
      throw new Error('alipay: an answer with a wrong signature')
    const said: unknown = JSON.parse(raw)
    const { code, msg, sub_code } = outcome.parse(said)
    if (code !== '10000') throw new ProviderRefusal('alipay', sub_code || code, msg)
    return schema.parse(said)
  }

  /** The bill comes unsigned: its address, of Alipay's own domain and by TLS, was in a signed answer. */
  async function statement(day: string): Promise<StatementLine[] | null> {
    const age = clock.now() - (Date.parse(day) - CHINA_AHEAD_MS)
    if (age < BILL_AFTER_MS) return null
    const content = { bill_type: 'trade', bill_date: day }
    try {
      const told = await ask(billPlace, 'alipay.data.dataservice.bill.downloadurl.query', content)
      return billLines(await download(trusted(told.bill_download_url, settings.gatewayUrl), deps.msMax))
    } catch (error) {
      const none = error instanceof ProviderRefusal && /bill_not_exist|no_bill_data/i.test(error.code)
      if (!none) throw error
      return age < NO_BILL_AFTER_MS ? null : []
    }
  }

  /** Null while the buyer may still pay. A trade that ended with money in it was captured, whatever came after. */
  function eventOf(one: z.output<typeof trade>, id: string): PaymentEvent | null {
    if (one.trade_status === 'WAIT_BUYER_PAY') return null
    return {
      id,
      kind: one.trade_status === 'TRADE_CLOSED' ? 'failed' : 'captured',
      paymentId: one.out_trade_no,
      transactionId: one.trade_no,
      providerRef: one.out_trade_no,
      amountMinor: one.total_amount,
      currency: 'CNY',
    }
  }

  return {
    name: 'alipay',
    currencies: ['CNY'],
    taken: 'success',

    async start({ paymentId, amountMinor, subject, returnUrl, expiresAt }) {
      const product = PRODUCTS[settings.product]
      const url = request(
        product.method,
        {
          out_trade_no: paymentId,
          total_amount: toYuan(amountMinor),
          subject,
          product_code: product.code,
          time_expire: chinaTime(expiresAt + OPEN_MS_MIN),
        },
        { notify_url: deps.notifyUrl, ...(returnUrl ? { return_url: returnUrl } : {}) },
      )
      return { providerRef: paymentId, payUrl: url.href }
    },

    parseWebhook(body) {
      const fields = new Map(new URLSearchParams(body.toString('utf8')))
      const sign = fields.get('sign') ?? ''
      const type = fields.get('sign_type')
      fields.delete('sign')
      fields.delete('sign_type')
      if (type !== 'RSA2' || !isSignedBy(settings.publicKey, signed(fields), sign))
        throw new Fault('webhook_signature')
      const told = parseFields(notification, Object.fromEntries(fields))
      assertOurs('app_id', told.app_id, settings.appId)
      return told.refund_fee === undefined ? eventOf(told, told.notify_id) : null
    },

    async query(providerRef) {
      try {
        const one = await ask(trade, 'alipay.trade.query', { out_trade_no: providerRef })
        return eventOf(one, `query_${one.trade_no}_${one.trade_status}`)
      } catch (error) {
        if (error instanceof ProviderRefusal && error.code === NOT_THERE_YET) return null
        throw error
      }
    },

    /**
     * The same `out_request_no` gives back once. `fund_change` is N for a repeat and for a refund that moved nothing,
     * so those are told apart by asking for the refund; a refusal too, as an earlier answer may have been lost.
     */
    async refund({ refundId, providerRef, amountMinor }) {
      const name = { out_trade_no: providerRef, out_request_no: refundId }
      const asked = ask(refunded, 'alipay.trade.refund', { ...name, refund_amount: toYuan(amountMinor) })
      const refusal = await asked.then(
        () => null,
        (error: unknown) => {
          if (error instanceof ProviderRefusal && REFUSED_FOR_GOOD.has(error.code)) return error.code
          throw error
        },
      )
      if (refusal === null && (await asked).fund_change === 'Y') return { providerRef: refundId }
      const state = await ask(refundState, 'alipay.trade.fastpay.refund.query', name)
      if (state.refund_status === 'REFUND_SUCCESS') return { providerRef: refundId }
      if (refusal === null) return null
      throw new RefundRefused('alipay', refusal)
    },

    statements: { aheadMs: CHINA_AHEAD_MS, of: statement },
  }
}

/** An address of the gateway's domain, by its scheme: Alipay writes `http:` for what TLS serves as well. */
function trusted(address: string, gatewayUrl: string): URL {
  const url = new URL(address)
  const gateway = new URL(gatewayUrl)
  const domain = gateway.hostname.split('.').slice(-2).join('.')
  if (url.hostname !== gateway.hostname && !url.hostname.endsWith(`.${domain}`)) {
    throw new Error('alipay: a bill on another host')
  }
  url.protocol = gateway.protocol
  return url
}
