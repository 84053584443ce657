import { createCipheriv, createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { systemClock } from '../../src/kernel/clock.ts'
import { createWechat } from '../../src/payments/wechat/wechat.ts'
import {
  dayBeforeYesterday,
  type FakeAnswer,
  type FakeProvider,
  type FakeRequest,
  fakeServer,
  type Lie,
  must,
} from './fake.ts'

const MCH_ID = '1900000001'
const APP_ID = 'wx0000000000000001'
const CERT_SERIAL = '5157F09EFDC096DE15EBE81A47057A72'
const KEY_ID = 'PUB_KEY_ID_0119000000012026'
const API_V3_KEY = Buffer.from('0123456789abcdef0123456789abcdef')
const BILL_COLUMNS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

interface Trade {
  transaction_id?: string
  trade_state: string
  amount: { total: number; currency: string }
  refunds: Map<string, number>
  untilMs: number
}

/** WeChat Pay v3: Native payments, refunds and encrypted notifications, in public-key mode. */
export async function fakeWechat(): Promise<FakeProvider> {
  const ours = rsa()
  const theirs = rsa()
  const another = rsa()
  const trades = new Map<string, Trade>()
  let forging = 0
  const bookedOn = dayBeforeYesterday()
  let slow = false
  let refusing: string | null = null
  let ids = 0
  const sumOf = (trade: Trade) => [...trade.refunds.values()].reduce((sum, one) => sum + one, 0)

  function signedHeaders(body: string, lie: Lie = {}) {
    const time = String(Math.floor(Date.now() / 1000) - (lie.stale ? 3600 : 0))
    const nonce = randomBytes(8).toString('hex')
    const key = lie.key ? another.privateKey : theirs.privateKey
    return {
      'wechatpay-timestamp': time,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': KEY_ID,
      'wechatpay-signature': sign('RSA-SHA256', Buffer.from(`${time}\n${nonce}\n${body}\n`), key).toString(
        'base64',
      ),
    }
  }
  function answered(status: number, value: object): FakeAnswer {
    const body = JSON.stringify(value)
    const headers = signedHeaders(body, forging > 0 ? { key: 'another' } : {})
    if (forging > 0) forging--
    return { status, body, headers }
  }

  function isOurs({ method, url, headers, body }: FakeRequest): boolean {
    const [scheme, rest = ''] = (headers.get('authorization') ?? '').split(/ (.*)/s)
    const given = new Map([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
    const text = `${method}\n${url.pathname}${url.search}\n${given.get('timestamp')}\n${given.get('nonce_str')}\n${body}\n`
    return (
      scheme === 'WECHATPAY2-SHA256-RSA2048' &&
      given.get('mchid') === MCH_ID &&
      given.get('serial_no') === CERT_SERIAL &&
      headers.get('wechatpay-serial') === KEY_ID &&
      verify(
        'RSA-SHA256',
        Buffer.from(text),
        ours.publicKey,
        Buffer.from(given.get('signature') ?? '', 'base64'),
      )
    )
  }

  const view = (ref: string, trade: Trade) => ({
    appid: APP_ID,
    mchid: MCH_ID,
    out_trade_no: ref,
    ...(trade.transaction_id ? { transaction_id: trade.transaction_id } : {}),
    trade_state: trade.trade_state,
    trade_state_desc: '说明',
    amount: { ...trade.amount, payer_total: trade.amount.total },
  })

  function start(asked: Record<string, unknown>): FakeAnswer {
    const ref = String(asked.out_trade_no)
    if (asked.appid !== APP_ID || asked.mchid !== MCH_ID || !/^[\w|*-]{6,32}$/.test(ref)) {
      return answered(400, { code: 'PARAM_ERROR', message: '参数错误' })
    }
    const until = String(asked.time_expire)
    const untilMs = Date.parse(until)
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/.test(until) || !(untilMs >= Date.now() + 60_000)) {
      return answered(400, { code: 'PARAM_ERROR', message: '参数错误' })
    }
    if (!trades.has(ref)) {
      const amount = asked.amount as Trade['amount']
      trades.set(ref, { trade_state: 'NOTPAY', amount, refunds: new Map(), untilMs })
    }
    return answered(200, { code_url: `weixin://wxpay/bizpayurl?pr=${ref}` })
  }

  function refund(asked: Record<string, unknown>): FakeAnswer {
    const trade = trades.get(String(asked.out_trade_no))
    const { refund: amount, total } = asked.amount as { refund: number; total: number }
    const name = String(asked.out_refund_no)
    if (!trade || total !== trade.amount.total) return answered(400, { code: 'INVALID_REQUEST', message: '' })
    if (!trade.refunds.has(name) && sumOf(trade) + amount > total) {
      return answered(403, { code: 'NOT_ENOUGH', message: '' })
    }
    if (refusing === 'USER_ACCOUNT_ABNORMAL') return answered(403, { code: refusing, message: '' })
    if (refusing) return answered(200, { refund_id: `503${name}`, out_refund_no: name, status: refusing })
    trade.refunds.set(name, amount)
    trade.trade_state = 'REFUND'
    return answered(200, {
      refund_id: `503${name}`,
      out_refund_no: name,
      status: slow ? 'PROCESSING' : 'SUCCESS',
    })
  }

  /** The trade bill of a day, with the columns that WeChat Pay writes. */
  function bill(): string {
    const yuan = (fen: number) => (fen / 100).toFixed(2)
    const row = (
      ref: string,
      one: Trade,
      state: string,
      [refundRef = '0', name = '0', fen = 0]: [string?, string?, number?],
    ) =>
      [
        '2026-01-01 10:00:00',
        APP_ID,
        MCH_ID,
        '0',
        '',
        one.transaction_id,
        ref,
        'openid',
        'NATIVE',
        state,
        'OTHERS',
        'CNY',
        yuan(state === 'SUCCESS' ? one.amount.total : 0),
        '0.00',
        refundRef,
        name,
        yuan(fen),
        '0.00',
        '',
        '',
        '商品, 一件',
        '',
        yuan(state === 'SUCCESS' ? 30 : -7).concat('000'),
        '0.60%',
        yuan(state === 'SUCCESS' ? one.amount.total : 0),
        yuan(fen),
        '',
      ]
        .map((cell) => `\`${cell}`)
        .join(',')
    const rows = [...trades]
      .filter(([, one]) => one.transaction_id)
      .flatMap(([ref, one]) => [
        row(ref, one, 'SUCCESS', []),
        ...[...one.refunds].map(([name, fen]) => row(ref, one, 'REFUND', [`503${name}`, name, fen])),
      ])
    return `\uFEFF${[BILL_COLUMNS, ...rows, '总交易单数,应结订单总金额', `\`${rows.length},\`0.00`, ''].join('\r\n')}`
  }

  function bills(url: URL): FakeAnswer {
    if (url.pathname === '/v3/billdownload/file') return { status: 200, body: bill() }
    if (url.searchParams.get('bill_date') !== bookedOn || url.searchParams.get('bill_type') !== 'ALL') {
      return answered(400, { code: 'NO_STATEMENT_EXIST', message: '账单文件不存在' })
    }
    const hash_value = createHash('sha1').update(bill()).digest('hex')
    return answered(200, {
      hash_type: 'SHA1',
      hash_value,
      download_url: `${server.url}/v3/billdownload/file?token=x`,
    })
  }

  function answer(request: FakeRequest): FakeAnswer {
    if (!isOurs(request)) return { status: 401, body: '{"code":"SIGN_ERROR","message":"签名错误"}' }
    const { method, url, body } = request
    if (url.pathname.startsWith('/v3/bill')) return bills(url)
    if (method === 'GET') {
      const ref = url.pathname.split('/').at(-1) ?? ''
      const trade = trades.get(ref)
      return trade ? answered(200, view(ref, trade)) : answered(404, { code: 'ORDER_NOT_EXIST', message: '' })
    }
    const asked = JSON.parse(body) as Record<string, unknown>
    return url.pathname.endsWith('/refunds') ? refund(asked) : start(asked)
  }

  function notification(event_type: string, plain: object, lie: Lie) {
    const nonce = randomBytes(6).toString('hex')
    const associated_data = 'transaction'
    const cipher = createCipheriv('aes-256-gcm', API_V3_KEY, nonce)
    cipher.setAAD(Buffer.from(associated_data))
    const bytes = Buffer.concat([cipher.update(JSON.stringify(plain)), cipher.final(), cipher.getAuthTag()])
    const resource = {
      original_type: 'transaction',
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: bytes.toString('base64'),
      nonce,
      associated_data,
    }
    const body = JSON.stringify({
      id: `EV-${++ids}`,
      event_type,
      resource_type: 'encrypt-resource',
      resource,
    })
    const headers = new Map(Object.entries(signedHeaders(body, lie)))
    return { body: Buffer.from(lie.body ? body.replace('EV-', 'EW-') : body), headers }
  }

  const server = await fakeServer(answer)
  const provider = createWechat({
    settings: {
      appId: APP_ID,
      mchId: MCH_ID,
      apiV3Key: API_V3_KEY,
      certSerial: CERT_SERIAL,
      privateKey: ours.privateKey,
      publicKeyId: KEY_ID,
      publicKey: theirs.publicKey,
      apiUrl: server.url,
    },
    notifyUrl: 'https://live.example/notify',
    clock: systemClock,
    msMax: 2000,
  })

  return {
    provider,
    bookedOn,
    fees: { charge: 30, refund: -7 },
    cannot: [],
    async settle(ref, as) {
      const trade = must(trades.get(ref))
      trade.trade_state = as === 'paid' ? 'SUCCESS' : 'CLOSED'
      if (as === 'paid') trade.transaction_id = `42000${ref}`
    },
    async tell(ref, lie = {}) {
      const told = view(ref, must(trades.get(ref)))
      const plain = {
        ...told,
        mchid: lie.merchant ? '1900000009' : MCH_ID,
        out_trade_no: lie.paymentId ?? ref,
        amount: {
          ...told.amount,
          total: lie.amountMinor ?? told.amount.total,
          currency: lie.currency ?? told.amount.currency,
        },
      }
      return notification(`TRANSACTION.${told.trade_state}`, plain, lie)
    },
    small: async () => notification('REFUND.SUCCESS', { refund_status: 'SUCCESS' }, {}),
    payableUntil: async (ref) => must(trades.get(ref)).untilMs,
    started: () => trades.size,
    refunded: async (ref) => sumOf(must(trades.get(ref))),
    loseAnswers: server.loseAnswers,
    forgeAnswers(count) {
      forging = count
    },
    slowRefunds(on) {
      slow = on
    },
    refusals: ['CLOSED', 'ABNORMAL', 'USER_ACCOUNT_ABNORMAL'],
    refuseRefunds(code) {
      refusing = code
    },
    close: server.close,
  }
}
