import { expect, test } from 'vitest'
import { blankSku, combined, readLimit, readSku, readSkus, readValues } from './draft.ts'

const typed = { ...blankSku(1), price: '79.9', stock: '12' }

test('a SKU without options takes its code from its place', () => {
  expect(readSku(typed, ['', ''], 3, 'CNY')).toEqual({
    code: 'SKU-3',
    options: {},
    priceMinor: 7990,
    stock: 12,
    perBuyerLimit: null,
  })
})

test('options have the names of the product, and make the code where none is given', () => {
  const sku = readSku({ ...typed, values: ['Black ', '42'] }, [' Colour', 'Size'], 1, 'CNY')
  expect(sku).toMatchObject({ code: 'Black-42', options: { Colour: 'Black', Size: '42' } })
  expect(
    readSku({ ...typed, values: ['Black', 'ignored'], code: 'K-1' }, ['Colour', ''], 1, 'CNY'),
  ).toMatchObject({
    code: 'K-1',
    options: { Colour: 'Black' },
  })
})

test('what is wrong is named with the place of its SKU', () => {
  const names = ['Colour', '']
  const red = { ...typed, values: ['red', ''] }
  const wrong = (change: object) =>
    readSkus([red, { ...typed, values: ['blue', ''], ...change }], names, 'CNY')
  expect(wrong({ price: '' })).toEqual({ sku: 2, is: 'badPrice' })
  expect(wrong({ price: '0' })).toEqual({ sku: 2, is: 'badPrice' })
  expect(wrong({ stock: '-1' })).toEqual({ sku: 2, is: 'badStock' })
  expect(wrong({ limit: '0' })).toEqual({ sku: 2, is: 'badLimit' })
  expect(wrong({ values: ['', ''] })).toEqual({ sku: 2, is: 'badOptions' })
  expect(wrong({ values: ['red', ''] })).toEqual({ sku: null, is: 'sameOptions' })
  expect(wrong({})).toHaveLength(2)
})

test('an empty limit means none', () => {
  expect([readLimit(''), readLimit('3'), readLimit('many')]).toEqual([null, 3, undefined])
})

test('values are read between commas of either language, each once', () => {
  expect(readValues(' black, white，白、black ;\nS ')).toEqual(['black', 'white', '白', 'S'])
  expect(readValues(' , ')).toEqual([])
})

test('every combination is a SKU; what was typed stays, the rest takes after the first', () => {
  const first = { ...typed, values: ['black', 'S'], limit: '2' }
  const white = { ...typed, key: 5, values: ['white', 'S'], price: '99', code: 'W-S' }
  const made = combined(
    [first, white],
    [
      ['black', 'white'],
      ['S', 'M'],
    ],
  )
  expect(made.map(({ values }) => values.join(' '))).toEqual(['black S', 'black M', 'white S', 'white M'])
  expect(made[2]).toBe(white)
  expect(made[1]).toMatchObject({ price: '79.9', stock: '12', limit: '2', code: '' })
  expect(new Set(made.map(({ key }) => key)).size).toBe(4)
})

test('an option without values does not count', () => {
  expect(combined([typed], [['red', 'blue'], []]).map(({ values }) => values)).toEqual([
    ['red', ''],
    ['blue', ''],
  ])
})
