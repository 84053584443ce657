import { fromYuan } from '../amount.ts'
import type { StatementLine } from '../provider.ts'

const COLUMNS = {
  transaction: '微信订单号',
  payment: '商户订单号',
  state: '交易状态',
  currency: '货币种类',
  total: '订单金额',
  refundRef: '微信退款单号',
  refund: '商户退款单号',
  refunded: '申请退款金额',
  fee: '手续费',
} as const
type Row = Record<keyof typeof COLUMNS, string>

/**
 * The charges and refunds of a trade bill, with their fees, which a refund gives back: a table whose cells begin with a backtick, then a heading and a row of sums.
 * @throws an Error for a bill without the columns that are read, or with fewer rows than it says
 */
export function billLines(bill: string): StatementLine[] {
  const [heading = '', ...rest] = bill.replace(/^\uFEFF/, '').split(/\r?\n/)
  const names = heading.split(',').map((name) => name.trim())
  const at = (name: string): number => {
    const index = names.indexOf(name)
    if (index < 0) throw new Error(`wechat: a bill without ${name}`)
    return index
  }
  const places = Object.entries(COLUMNS).map(([key, name]) => [key, at(name)] as const)
  const end = rest.findIndex((line) => !line.startsWith('`'))
  const rows = rest.slice(0, end < 0 ? rest.length : end).map((line): Row => {
    const cells = line.slice(1).split(',`')
    return Object.fromEntries(places.map(([key, place]) => [key, cells[place] ?? ''])) as Row
  })
  const told = Number(rest[end + 1]?.slice(1).split(',`')[0])
  if (end < 0 || told !== rows.length) throw new Error('wechat: a bill that was cut off')
  return rows.flatMap(movement)
}

function movement(row: Row): StatementLine[] {
  const { currency } = row
  const feeMinor = roundedFen(row.fee) // below zero of a refund
  if (row.state === 'SUCCESS') {
    const amountMinor = fromYuan(row.total)
    return [{ movement: 'charge', ref: row.transaction, name: row.payment, amountMinor, currency, feeMinor }]
  }
  if (row.state === 'REFUND') {
    const amountMinor = fromYuan(row.refunded)
    return [{ movement: 'refund', ref: row.refundRef, name: row.refund, amountMinor, currency, feeMinor }]
  }
  return []
}

/** Fees are written with five decimals; what was kept is whole fen. */
function roundedFen(yuan: string): number {
  const value = Number(yuan)
  if (yuan.trim() === '' || !Number.isFinite(value)) throw new Error('wechat: not a fee in yuan')
  return Math.sign(value) * Math.round(Math.abs(value) * 100) || 0
}
