import { createHash, type KeyObject, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/errors.ts'
import { type PaymentEvent, type PaymentProvider, RefundRefused, type StatementLine } from '../provider.ts'
import {
  type Answer,
  assertOurs,
  call,
  jsonIn,
  ProviderRefusal,
  parseAnswer,
  parseNotification,
} from '../wire.ts'
import { billLines } from './bill.ts'
import { authorization, decrypted, isFromPlatform, type Signer } from './signature.ts'

export interface WechatSettings extends Signer {
  readonly appId: string
  /** 32 bytes; decrypts notifications. */
  readonly apiV3Key: Uint8Array
  /** WeChat Pay's own key and its id, `PUB_KEY_ID_…`. */
  readonly publicKeyId: string
  readonly publicKey: KeyObject
  readonly apiUrl: string
}

const TRADE_STATES = ['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR'] as const
const KINDS = new Map<(typeof TRADE_STATES)[number], PaymentEvent['kind']>([
  ['SUCCESS', 'captured'],
  ['REFUND', 'captured'], // and given back since
  ['CLOSED', 'failed'],
  ['REVOKED', 'failed'],
  ['PAYERROR', 'failed'],
])

const transaction = z.object({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string().min(1).max(32),
  /** Not there before somebody pays. */
  transaction_id: z.string().optional(),
  trade_state: z.enum(TRADE_STATES),
  amount: z.object({ total: z.int(), currency: z.string().default('CNY') }).optional(),
})
const notification = z.object({
  id: z.string().min(1).max(64),
  event_type: z.string(),
  resource: z.object({
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().default(''),
  }),
})
const native = z.object({ code_url: z.string() })
const refund = z.object({
  refund_id: z.string(),
  status: z.enum(['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL']),
})
const bill = z.object({ hash_type: z.literal('SHA1'), hash_value: z.string(), download_url: z.url() })
const refusal = z.object({ code: z.string(), message: z.string().default('') })

/** The buyer's account is closed; the payment is too old. What is short of money or of time may go another day. */
const REFUSED_FOR_GOOD: ReadonlySet<string> = new Set(['USER_ACCOUNT_ABNORMAL', 'TRADE_OVERDUE'])

/** A payment is open for at least a minute from its making, which may be at the last moment. */
const OPEN_MS_MIN = 65_000

const DESCRIPTION_MAX = 127 // bytes
/** Decoding the bill has cut it off, and the hash is of all bytes. */
const BYTE_ORDER_MARK = '\uFEFF'
const CHINA_AHEAD_MS = 8 * 3600_000
const BILL_AFTER_MS = 34 * 3600_000 // from the day's beginning: bills are there at 10:00 of the next

/**
 * WeChat Pay v3, Native: the buyer scans a code with WeChat. Public-key mode: what the platform says is checked with
 * its public key, named by id, and no certificate is downloaded. `providerRef` is our payment id, `out_trade_no` there.
 * Wire: pay.weixin.qq.com/doc/v3/merchant, Native payment, refunds, notifications.
 */
export function createWechat(deps: {
  settings: WechatSettings
  notifyUrl: string
  clock: Clock
  msMax: number
}): PaymentProvider {
  const { settings, clock } = deps
  const platform = { id: settings.publicKeyId, publicKey: settings.publicKey }

  /** @throws ProviderRefusal */
  async function send(url: URL, content?: object): Promise<Answer> {
    const method = content ? 'POST' : 'GET'
    const body = content ? JSON.stringify(content) : ''
    const timeS = Math.floor(clock.now() / 1000)
    const nonce = randomBytes(16).toString('hex')
    const answer = await call(
      url,
      {
        method,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'user-agent': 'Shelfcast',
          'wechatpay-serial': settings.publicKeyId,
          authorization: authorization(settings, {
            method,
            path: url.pathname + url.search,
            body,
            timeS,
            nonce,
          }),
        },
        ...(content ? { body } : {}),
      },
      deps.msMax,
    )
    // Refusals of the request's own signature come unsigned, and only say no.
    if (answer.status >= 400) {
      const said = refusal.safeParse(jsonIn(answer.body))
      throw new ProviderRefusal('wechat', said.success ? said.data.code : String(answer.status), '')
    }
    return answer
  }

  /** @throws ProviderRefusal, or an Error when the answer is not signed by WeChat Pay */
  async function ask<S extends z.ZodType>(schema: S, path: string, content?: object): Promise<z.output<S>> {
    const answer = await send(new URL(path, settings.apiUrl), content)
    if (!isFromPlatform(platform, answer.headers, answer.body, clock.now())) {
      throw new Error('wechat: an answer with a wrong signature')
    }
    return parseAnswer(schema, answer.body)
  }

  function eventOf(one: z.output<typeof transaction>, id: string): PaymentEvent | null {
    assertOurs('mchid', one.mchid, settings.mchId)
    assertOurs('appid', one.appid, settings.appId)
    const kind = KINDS.get(one.trade_state)
    return kind && one.amount
      ? {
          id,
          kind,
          paymentId: one.out_trade_no,
          transactionId: one.transaction_id ?? one.out_trade_no,
          providerRef: one.out_trade_no,
          amountMinor: one.amount.total,
          currency: one.amount.currency,
        }
      : null
  }

  /** The bill itself comes unsigned: the signed answer before it holds its hash. */
  async function statement(day: string): Promise<StatementLine[] | null> {
    if (clock.now() < Date.parse(day) - CHINA_AHEAD_MS + BILL_AFTER_MS) return null
    try {
      const told = await ask(bill, `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL`)
      const url = new URL(told.download_url)
      if (url.origin !== new URL(settings.apiUrl).origin) throw new Error('wechat: a bill on another host')
      const { body } = await send(url)
      const hashes = ['', BYTE_ORDER_MARK].map((mark) =>
        createHash('sha1')
          .update(mark + body)
          .digest('hex'),
      )
      if (!hashes.includes(told.hash_value.toLowerCase())) throw new Error('wechat: a bill with a wrong hash')
      return billLines(body)
    } catch (error) {
      if (error instanceof ProviderRefusal && error.code === 'NO_STATEMENT_EXIST') return []
      if (error instanceof ProviderRefusal && error.code === 'STATEMENT_CREATING') return null
      throw error
    }
  }

  return {
    name: 'wechat',
    currencies: ['CNY'],

    async start({ paymentId, amountMinor, subject, expiresAt }) {
      const { code_url } = await ask(native, '/v3/pay/transactions/native', {
        appid: settings.appId,
        mchid: settings.mchId,
        description: cut(subject, DESCRIPTION_MAX),
        out_trade_no: paymentId,
        time_expire: chinaTime(expiresAt + OPEN_MS_MIN),
        notify_url: deps.notifyUrl,
        amount: { total: amountMinor, currency: 'CNY' },
      })
      return { providerRef: paymentId, payUrl: code_url }
    },

    parseWebhook(body, headers) {
      const text = body.toString('utf8')
      if (!isFromPlatform(platform, headers, text, clock.now())) throw new Fault('webhook_signature')
      const { id, event_type, resource } = parseNotification(notification, text)
      if (!event_type.startsWith('TRANSACTION.')) return null
      const { ciphertext, nonce, associated_data: associatedData } = resource
      const plain = decrypted(settings.apiV3Key, { ciphertext, nonce, associatedData })
      return eventOf(parseNotification(transaction, plain), id)
    },

    async query(providerRef) {
      const path = `/v3/pay/transactions/out-trade-no/${encodeURIComponent(providerRef)}?mchid=${settings.mchId}`
      try {
        const one = await ask(transaction, path)
        return eventOf(one, `query_${one.out_trade_no}_${one.trade_state}`)
      } catch (error) {
        if (error instanceof ProviderRefusal && error.code === 'ORDER_NOT_EXIST') return null
        throw error
      }
    },

    /** The same `out_refund_no` gives back once and answers how far it is. */
    async refund({ refundId, providerRef, amountMinor, capturedMinor, currency }) {
      const asked = ask(refund, '/v3/refund/domestic/refunds', {
        out_trade_no: providerRef,
        out_refund_no: refundId,
        amount: { refund: amountMinor, total: capturedMinor, currency },
      })
      const { refund_id, status } = await asked.catch((error: unknown) => {
        if (error instanceof ProviderRefusal && REFUSED_FOR_GOOD.has(error.code)) {
          throw new RefundRefused('wechat', error.code)
        }
        throw error
      })
      if (status === 'SUCCESS') return { providerRef: refund_id }
      if (status === 'PROCESSING') return null
      throw new RefundRefused('wechat', status)
    },

    statements: { aheadMs: CHINA_AHEAD_MS, of: statement },
  }
}

/** RFC 3339 in China's time. */
const chinaTime = (ms: number): string => `${new Date(ms + CHINA_AHEAD_MS).toISOString().slice(0, 19)}+08:00`

/** So much of a text as fits into so many bytes of UTF-8, whole characters only. */
function cut(text: string, bytesMax: number): string {
  let kept = ''
  for (const char of text) {
    if (Buffer.byteLength(kept + char) > bytesMax) return kept
    kept += char
  }
  return kept
}
