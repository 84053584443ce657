import { expect, test } from 'vitest'
import { blankSku, readLimit, readSku, readSkus } from './draft.ts'

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
