import { zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { gbk } from '../../../test/fakes/alipay.ts'
import { billLines } from './bill.ts'

const HEADING = '支付宝交易号,商户订单号,业务类型,商品名称,订单金额（元）,退款批次号/请求号,服务费（元）'
const CHARGE = '2026001\t,pay_1\t,交易\t,"一件, 商品"\t,50.00\t,\t,-0.30\t'
const REFUND = '2026001\t,pay_1\t,退款\t,一件\t,-12.00\t,ref_1\t,0.07\t'
const SUMS = [
  '#业务明细列表结束',
  '#交易合计：1笔，商家实收共50.00元',
  '#退款合计：1笔，商家实收退款共-12.00元',
]

const zipped = (lines: readonly string[]) =>
  Buffer.from(zipSync({ '明细.csv': gbk(['#支付宝业务明细查询', ...lines, ''].join('\r\n')) }))

test('charges and refunds are read, by our names and with positive amounts', () => {
  expect(billLines(zipped([HEADING, CHARGE, REFUND, ...SUMS]))).toEqual([
    { movement: 'charge', ref: '2026001', name: 'pay_1', amountMinor: 5000, currency: 'CNY', feeMinor: 30 },
    {
      movement: 'refund',
      ref: '2026001/ref_1',
      name: 'ref_1',
      amountMinor: 1200,
      currency: 'CNY',
      feeMinor: -7,
    },
  ])
})

test.each([
  ['that was cut off after a row', [HEADING, CHARGE], 'cut off'],
  ['with fewer rows than it says', [HEADING, CHARGE, ...SUMS], 'refunds'],
  ['without its sums', [HEADING, CHARGE, REFUND, SUMS[0]!], 'undefined charges'],
  ['without a column', [HEADING.replace('订单金额（元）', '别的'), CHARGE, REFUND, ...SUMS], '订单金额'],
  ['without its table', ['#别的'], 'its table'],
])('a bill %s is refused rather than read as fewer movements', (_, lines, why) => {
  expect(() => billLines(zipped(lines))).toThrow(why)
})

test('what is no zip is refused', () => {
  expect(() => billLines(Buffer.from('<html>'))).toThrow()
})
