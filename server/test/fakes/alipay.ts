import { generateKeyPairSync } from 'node:crypto'
import { strToU8, zipSync } from 'fflate'
import { systemClock } from '../../src/kernel/clock.ts'
import { createAlipay } from '../../src/payments/alipay/alipay.ts'
import { isSignedBy, signature, signed } from '../../src/payments/alipay/signature.ts'
import { type FakeAnswer, type FakeProvider, type FakeRequest, fakeServer, must } from './fake.ts'

const APP_ID = '2021000000000001'
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

interface Trade {
  no: string
  yuan: string
  status: 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_CLOSED'
  refunds: Map<string, number>
  untilMs: number
}

const bookedOn = '2026-01-01'
const BILL_COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'

/** Node decodes GBK and does not write it: the table is turned round. */
const GBK = new Map<string, readonly [number, number]>()
for (let first = 0x81; first <= 0xfe; first++) {
  for (let second = 0x40; second <= 0xfe; second++) {
    const char = new TextDecoder('gbk').decode(Buffer.of(first, second))
    if (char.length === 1 && char !== '\uFFFD') GBK.set(char, [first, second])
  }
}
export const gbk = (text: string): Uint8Array =>
  Uint8Array.from([...text].flatMap((char) => GBK.get(char) ?? [...strToU8(char)]))

/** Alipay's gateway and notifications. A trade begins when the buyer opens the signed address. */
export async function fakeAlipay(): Promise<FakeProvider> {
  const ours = rsa()
  const theirs = rsa()
  const another = rsa()
  const trades = new Map<string, Trade>()
  let forging = 0
  let refusing: string | null = null
  let ids = 0
  const fen = (yuan: string) => Math.round(Number(yuan) * 100)
  const sumOf = (trade: Trade) => [...trade.refunds.values()].reduce((sum, one) => sum + one, 0)

  function answered(method: string, value: object): FakeAnswer {
    // Escaped slashes and spaces, so that only the bytes as sent have the right signature.
    const raw = JSON.stringify(value).replaceAll('/', '\\/').replace('{', '{ ')
    const key = forging > 0 ? another.privateKey : theirs.privateKey
    if (forging > 0) forging--
    const name = `${method.replaceAll('.', '_')}_response`
    return { status: 200, body: `{"${name}":${raw},"sign":"${signature(key, raw)}"}` }
  }
  const failed = (method: string, code: string) =>
    answered(method, { code: '40004', msg: 'Business Failed', sub_code: code, sub_msg: 'a {brace} "quoted"' })

  function checked(fields: Map<string, string>): boolean {
    const given = fields.get('sign') ?? ''
    const rest = new Map([...fields].filter(([name]) => name !== 'sign'))
    return fields.get('app_id') === APP_ID && isSignedBy(ours.publicKey, signed(rest), given)
  }

  function refund(method: string, trade: Trade, content: Record<string, string>): FakeAnswer {
    const name = must(content.out_request_no)
    const known = trade.refunds.has(name)
    const amount = fen(must(content.refund_amount))
    if (refusing) return failed(method, refusing)
    if (trade.status !== 'TRADE_SUCCESS') return failed(method, 'ACQ.TRADE_STATUS_ERROR')
    if (!known && sumOf(trade) + amount > fen(trade.yuan))
      return failed(method, 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')
    trade.refunds.set(name, amount)
    const fee = (sumOf(trade) / 100).toFixed(2)
    return answered(method, {
      code: '10000',
      msg: 'Success',
      trade_no: trade.no,
      fund_change: known ? 'N' : 'Y',
      refund_fee: fee,
    })
  }

  /** A day's trade bill, as Alipay writes it: two tables in GBK, zipped. */
  function bill(): Buffer {
    const row = (ref: string, one: Trade, type: string, yuan: string, request = '') =>
      [
        ...[one.no, ref, type, '"一件, 商品"', '2026-01-01 10:00:00', '2026-01-01 10:00:05', '', '', '', ''],
        ...['a***@example.com', yuan, yuan, '0.00', '0.00', '0.00', '0.00', '0.00', '', '0.00', '0.00'],
        ...[request, type === '退款' ? '0.07' : '-0.30', '0.00', ''],
      ].join('\t,')
    const paid = [...trades].filter(([, one]) => one.status === 'TRADE_SUCCESS')
    const charges = paid.map(([ref, one]) => row(ref, one, '交易', one.yuan))
    const refunds = paid.flatMap(([ref, one]) =>
      [...one.refunds].map(([name, fen]) => row(ref, one, '退款', (-fen / 100).toFixed(2), name)),
    )
    const table = [
      ...['#支付宝业务明细查询', '#账号：[20880000000000000156]', '#-----业务明细列表-----', BILL_COLUMNS],
      ...[...charges, ...refunds, '#-----业务明细列表结束-----'],
      `#交易合计：${charges.length}笔，商家实收共0.00元`,
      ...[`#退款合计：${refunds.length}笔，商家实收退款共0.00元`, '#导出时间：[2026年01月02日 09:00:00]', ''],
    ].join('\r\n')
    const sums = '#支付宝业务汇总查询\r\n门店编号,门店名称,交易订单总笔数\r\n'
    return Buffer.from(zipSync({ 'sums.csv': gbk(sums), 'table.csv': gbk(table) }))
  }

  function billPlace(method: string, { bill_date, bill_type }: Record<string, string>): FakeAnswer {
    if (bill_date !== bookedOn || bill_type !== 'trade') return failed(method, 'isp.bill_not_exist')
    return answered(method, { code: '10000', msg: 'Success', bill_download_url: `${server.url}/bill.zip` })
  }

  function answer({ url, body }: FakeRequest): FakeAnswer {
    if (url.pathname === '/bill.zip') return { status: 200, body: bill() }
    const fields = new Map([...url.searchParams, ...new URLSearchParams(body)])
    if (!checked(fields))
      return { status: 200, body: '{"error_response":{"code":"40002","msg":"Invalid Arguments"}}' }
    const method = must(fields.get('method'))
    const content = JSON.parse(must(fields.get('biz_content'))) as Record<string, string>
    if (method === 'alipay.data.dataservice.bill.downloadurl.query') return billPlace(method, content)
    const trade = trades.get(must(content.out_trade_no))
    if (!trade) return failed(method, 'ACQ.TRADE_NOT_EXIST')
    if (method === 'alipay.trade.refund') return refund(method, trade, content)
    if (method === 'alipay.trade.fastpay.refund.query') {
      const done = trade.refunds.has(must(content.out_request_no))
      return answered(method, {
        code: '10000',
        msg: 'Success',
        ...(done ? { refund_status: 'REFUND_SUCCESS' } : {}),
      })
    }
    return answered(method, {
      code: '10000',
      msg: 'Success',
      out_trade_no: content.out_trade_no,
      trade_no: trade.no,
      trade_status: trade.status,
      total_amount: trade.yuan,
      buyer_logon_id: 'a/b***@example.com',
    })
  }

  const server = await fakeServer(answer)
  const made = createAlipay({
    settings: {
      appId: APP_ID,
      privateKey: ours.privateKey,
      publicKey: theirs.publicKey,
      product: 'wap',
      gatewayUrl: `${server.url}/gateway.do`,
    },
    notifyUrl: 'https://live.example/notify',
    clock: systemClock,
    msMax: 2000,
  })
  /** The buyer opens the address at once: Alipay checks it, and a trade begins. */
  const provider: typeof made = {
    ...made,
    async start(charge) {
      const started = await made.start(charge)
      const url = new URL(started.payUrl)
      const fields = new Map(url.searchParams)
      if (!checked(fields) || fields.get('method') !== 'alipay.trade.wap.pay')
        throw new Error('alipay: not signed')
      const content = JSON.parse(must(fields.get('biz_content'))) as Record<string, string>
      if (!trades.has(charge.paymentId)) {
        const yuan = must(content.total_amount)
        trades.set(charge.paymentId, {
          no: `20260${++ids}`,
          yuan,
          status: 'WAIT_BUYER_PAY',
          refunds: new Map(),
          untilMs: Date.parse(`${must(content.time_expire).replace(' ', 'T')}+08:00`),
        })
      }
      return started
    },
  }

  return {
    provider,
    cannot: ['stale', 'currency'],
    async settle(ref, as) {
      must(trades.get(ref)).status = as === 'paid' ? 'TRADE_SUCCESS' : 'TRADE_CLOSED'
    },
    async tell(ref, lie = {}) {
      const trade = must(trades.get(ref))
      const fields = new Map([
        ['notify_id', `note${++ids}`],
        ['notify_time', '2026-11-23 08:00:00'],
        ['charset', 'utf-8'],
        ['version', '1.0'],
        ['app_id', lie.merchant ? '2021000000000009' : APP_ID],
        ['out_trade_no', lie.paymentId ?? ref],
        ['trade_no', trade.no],
        ['trade_status', trade.status],
        ['total_amount', lie.amountMinor ? (lie.amountMinor / 100).toFixed(2) : trade.yuan],
        ['subject', '流明 & Co = 100%'],
        ['body', ''],
      ])
      const made = signature(lie.key ? another.privateKey : theirs.privateKey, signed(fields))
      if (lie.body) fields.set('total_amount', '0.01')
      const body = new URLSearchParams([...fields, ['sign_type', 'RSA2'], ['sign', made]])
      return { body: Buffer.from(body.toString()), headers: new Map() }
    },
    async small() {
      const [ref, trade] = must([...trades].find(([, one]) => one.status === 'TRADE_SUCCESS'))
      const fields = new Map(
        Object.entries({
          notify_id: `note${++ids}`,
          app_id: APP_ID,
          out_trade_no: ref,
          trade_no: trade.no,
          trade_status: 'TRADE_SUCCESS',
          total_amount: trade.yuan,
          refund_fee: '1.00',
        }),
      )
      const sign = signature(theirs.privateKey, signed(fields))
      return {
        body: Buffer.from(new URLSearchParams([...fields, ['sign_type', 'RSA2'], ['sign', sign]]).toString()),
        headers: new Map(),
      }
    },
    bookedOn,
    fees: { charge: 30, refund: -7 },
    payableUntil: async (ref) => must(trades.get(ref)).untilMs,
    started: () => trades.size,
    refunded: async (ref) => sumOf(must(trades.get(ref))),
    loseAnswers: server.loseAnswers,
    forgeAnswers(count) {
      forging = count
    },
    refusals: ['ACQ.TRADE_HAS_FINISHED', 'ACQ.BUYER_NOT_EXIST'],
    refuseRefunds(code) {
      refusing = code
    },
    close: server.close,
  }
}
