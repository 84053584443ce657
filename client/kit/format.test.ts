import { afterEach, describe, expect, test } from 'vitest'
import { clockText, dateTime, money, price, shortCount } from './format.ts'
import { setLanguage } from './i18n.ts'

afterEach(() => setLanguage('en'))

describe('a time left', () => {
  test.each([
    [-5, '0:00'],
    [0, '0:00'],
    [1, '0:01'],
    [999, '0:01'],
    [1000, '0:01'],
    [1001, '0:02'],
    [59_000, '0:59'],
    [59_001, '1:00'],
    [299_000, '4:59'],
    [3_600_000, '1:00:00'],
    [3_871_000, '1:04:31'],
  ])('%i ms reads %s', (leftMs, text) => expect(clockText(leftMs)).toBe(text))
})

describe('amounts', () => {
  test('a sum keeps its decimals, a price tag drops empty ones', () => {
    expect(money(5900, 'CNY')).toBe('¥59.00')
    expect(price(5900, 'CNY')).toBe('¥59')
    expect(price(5990, 'CNY')).toBe('¥59.90')
  })

  test('a currency without minor units has none', () => {
    expect(money(5900, 'JPY')).toBe('¥5,900')
    expect(price(5900, 'JPY')).toBe('¥5,900')
  })

  test('they follow the language', () => {
    expect(shortCount(12_834)).toBe('12.8K')
    setLanguage('zh-CN')
    expect(shortCount(12_834)).toBe('1.3万')
    expect(money(123_456_00, 'USD')).toBe('$123,456.00')
  })
})

test('a time of today needs no date', () => {
  const now = new Date(2026, 2, 4, 12, 0).getTime()
  expect(dateTime(new Date(2026, 2, 4, 20, 5).getTime(), now)).toBe('20:05')
  expect(dateTime(new Date(2026, 2, 5, 20, 5).getTime(), now)).toMatch(/Mar 5.*20:05/)
})
