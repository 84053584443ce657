import { expect, test } from 'vitest'
import { amountText, bpsText, parseAmount, parseBps, parseCount } from './amount.ts'

test.each([
  ['49', 4900],
  ['49.9', 4990],
  ['49.90', 4990],
  ['49.', 4900],
  [' ¥1,299.00 ', 129_900],
  ['４９．５', 4950],
  ['0.07', 7],
  ['59元', 5900],
])('%s is read as %i fen', (text, minor) => {
  expect(parseAmount(text, 'CNY')).toBe(minor)
})

test.each(['', 'abc', '-1', '49,90', '1,29', '4.999', '1e3', '.5', '10000000.01'])(
  '%s is no amount',
  (text) => {
    expect(parseAmount(text, 'CNY')).toBeNull()
  },
)

test('a currency without minor units takes no decimals', () => {
  expect(parseAmount('1,200', 'JPY')).toBe(1200)
  expect(parseAmount('1200.5', 'JPY')).toBeNull()
  expect(amountText(1200, 'JPY')).toBe('1200')
})

test('what a field shows is read back as the same amount', () => {
  for (const minor of [1, 7, 10, 99, 100, 4990, 129_905, 1_000_000_000]) {
    expect(parseAmount(amountText(minor, 'CNY'), 'CNY')).toBe(minor)
  }
})

test('a count is whole and within its bounds', () => {
  expect(parseCount(' 12 ', 1, 100)).toBe(12)
  expect(parseCount('-5', -10, 10)).toBe(-5)
  for (const text of ['', '0', '101', '1.5', 'ten']) expect(parseCount(text, 1, 100)).toBeNull()
})

test('a share is read in percent, to a hundredth, and shown as it is read', () => {
  expect(['0', '2.5', '2.50%', '50', '０．０１'].map((text) => parseBps(text, 5000))).toEqual([
    0, 250, 250, 5000, 1,
  ])
  expect(['', '50.01', '-1', '2.555', 'ten', '1,5'].map((text) => parseBps(text, 5000))).toEqual(
    Array(6).fill(null),
  )
  expect([0, 1, 250, 5000].map(bpsText).map((text) => parseBps(text, 5000))).toEqual([0, 1, 250, 5000])
})
