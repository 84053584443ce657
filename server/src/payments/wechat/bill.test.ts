import { expect, test } from 'vitest'
import { billLines } from './bill.ts'

const HEADING =
  '微信订单号,商户订单号,交易状态,货币种类,微信退款单号,商户退款单号,手续费,订单金额,申请退款金额'
const ROW = '`4200,`pay_1,`SUCCESS,`CNY,`0,`0,`0.07000,`12.30,`0.00'
const SUMS = ['总交易单数', '`1']

test('a bill that was cut off, or lacks a column, is refused rather than read as fewer movements', () => {
  const whole = [HEADING, ROW, ...SUMS].join('\r\n')
  expect(billLines(whole)).toEqual([
    { movement: 'charge', ref: '4200', name: 'pay_1', amountMinor: 1230, currency: 'CNY', feeMinor: 7 },
  ])
  expect(() => billLines([HEADING, ROW].join('\r\n'))).toThrow('cut off')
  expect(() => billLines([HEADING, ...SUMS].join('\r\n'))).toThrow('cut off')
  expect(() => billLines(whole.replace('申请退款金额', '别的'))).toThrow('申请退款金额')
})
