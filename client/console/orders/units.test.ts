import type { WorkedOrder } from '@shelfcast/shared/api/fulfilment.ts'
import { expect, test } from 'vitest'
import { amountOf, countOf, linesOf, unitsToRefund, unitsToShip } from './units.ts'

const line = (id: string, quantity: number, refundedQuantity: number, unitPriceMinor: number) => ({
  ...{ id, quantity, refundedQuantity, unitPriceMinor },
  ...{ skuId: 's', productId: 'p', saleId: null, title: 'T', options: {}, pictureUrl: null },
  fulfilment: 'none' as const,
})
const order = {
  lines: [line('a', 3, 1, 500), line('b', 1, 0, 900)],
  parcels: [{ lines: [{ lineId: 'a', quantity: 1 }] }, { lines: [{ lineId: 'b', quantity: 1 }] }],
} as unknown as WorkedOrder

test('what waits to be sent is neither sent nor given back', () => {
  expect(unitsToShip(order)).toEqual({ a: 1, b: 0 })
  expect(unitsToRefund(order)).toEqual({ a: 2, b: 1 })
})

test('units become lines, a count and an amount', () => {
  expect(linesOf({ a: 2, b: 0 })).toEqual([{ lineId: 'a', quantity: 2 }])
  expect(countOf({ a: 2, b: 1 })).toBe(3)
  expect(amountOf(order, { a: 2, b: 1 })).toBe(1900)
})
