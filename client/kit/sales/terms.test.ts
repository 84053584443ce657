import { expect, test } from 'vitest'
import { readNarrowed, termsText } from './terms.ts'

const allowed = { priceMinor: 4900, quantity: 20, perBuyerLimit: 2, countdownS: 10, durationS: 90 }
const bounds = { allowed, listPriceMinor: 7900 }
const before = termsText(allowed, 'CNY')

test('only what was changed is sent, so that a length of a minute and a half stays', () => {
  expect(readNarrowed(before, before, 'CNY', bounds)).toEqual({})
  expect(readNarrowed({ ...before, price: '59', duration: '1' }, before, 'CNY', bounds)).toEqual({
    priceMinor: 5900,
  })
  const longer = { ...before, duration: '5' }
  expect(readNarrowed({ ...longer, quantity: '3', duration: '1' }, longer, 'CNY', bounds)).toEqual({
    quantity: 3,
    durationS: 60,
  })
})

test.each([
  ['price', { price: '48.99' }],
  ['price', { price: '79.01' }],
  ['quantity', { quantity: '21' }],
  ['quantity', { quantity: '0' }],
  ['limit', { limit: '3' }],
  ['countdown', { countdown: '11' }],
  ['countdown', { countdown: '9' }],
  ['duration', { duration: '2' }],
])('%s beyond what the shop allowed is named', (wrong, change) => {
  expect(readNarrowed({ ...before, ...change }, before, 'CNY', bounds)).toEqual({ wrong })
})
