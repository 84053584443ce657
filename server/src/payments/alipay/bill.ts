import { unzipSync } from 'fflate'
import { fromYuan } from '../amount.ts'
import type { StatementLine } from '../provider.ts'

const COLUMNS = {
  trade: '支付宝交易号',
  payment: '商户订单号',
  type: '业务类型',
  amount: '订单金额（元）',
  refund: '退款批次号/请求号',
  fee: '服务费（元）',
} as const
type Row = Record<keyof typeof COLUMNS, string>

const CSV_BYTES_MAX = 256 * 1024 * 1024

/**
 * The charges and refunds of a trade bill, with their fees: a zip of two GBK tables, of which the one without sums is read. It has remarks
 * that begin with `#` around a heading and the rows, whose cells end in tabs.
 * Wire: opendocs.alipay.com, alipay.data.dataservice.bill.downloadurl.query, bill_type `trade`.
 * @throws an Error for what is no such bill, lacks a column that is read, or has fewer rows than it says
 */
export function billLines(zip: Buffer): StatementLine[] {
  const lines = tableOf(zip).split(/\r?\n/)
  const heading = lines.findIndex((line) => line.startsWith(COLUMNS.trade))
  const length = lines.slice(heading).findIndex((line) => line.startsWith('#'))
  if (heading < 0 || length < 0) throw new Error('alipay: a bill that was cut off')
  const names = cellsOf(lines[heading]!)
  const places = Object.entries(COLUMNS).map(([key, name]) => {
    const place = names.indexOf(name)
    if (place < 0) throw new Error(`alipay: a bill without ${name}`)
    return [key, place] as const
  })
  const rows = lines.slice(heading + 1, heading + length).map((line): Row => {
    const cells = cellsOf(line)
    return Object.fromEntries(places.map(([key, place]) => [key, cells[place] ?? ''])) as Row
  })
  const found = rows.flatMap(movement)
  for (const [movement, name] of Object.entries(SUMS)) {
    const told = lines.map((line) => new RegExp(`^#${name}合计：(\\d+)笔`).exec(line)?.[1]).find(Boolean)
    const count = found.filter((line) => line.movement === movement).length
    if (Number(told) !== count)
      throw new Error(`alipay: a bill of ${told} ${movement}s with ${count} of them`)
  }
  return found
}

const SUMS: Record<'charge' | 'refund', string> = { charge: '交易', refund: '退款' }

function movement({ trade, payment, type, amount, refund, fee }: Row): StatementLine[] {
  const amountMinor = Math.abs(fromYuan(amount))
  const common = { amountMinor, currency: 'CNY', feeMinor: -fromYuan(fee) || 0 } // written as it changes our balance
  if (type === '交易') return [{ movement: 'charge', ref: trade, name: payment, ...common }]
  if (type !== '退款') return []
  return [{ movement: 'refund', ref: `${trade}/${refund}`, name: refund, ...common }]
}

/** Cells end in tabs, which is no part of CSV, also behind the quotes of one that holds a comma. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(\s*"(?:[^"]|"")*"\s*|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
    cell
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"'),
  )

function tableOf(zip: Buffer): string {
  const files = unzipSync(zip, { filter: ({ originalSize }) => originalSize <= CSV_BYTES_MAX })
  const decoder = new TextDecoder('gb18030')
  const tables = Object.values(files).map((bytes) => decoder.decode(bytes))
  const table = tables.find((text) => text.startsWith('#') && text.includes(`\n${COLUMNS.trade}`))
  if (table === undefined) throw new Error('alipay: a bill without its table')
  return table
}
