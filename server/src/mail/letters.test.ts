import { expect, test } from 'vitest'
import { type Letter, write } from './letters.ts'

const NASTY = '<img src=x onerror=alert(1)> "quoted"\r\nBcc: eve@example.com'
const order = {
  id: 'ord_1',
  currency: 'CNY',
  totalMinor: 7900,
  lines: [{ title: NASTY, quantity: 2 }],
} as const
const LETTERS: Letter[] = [
  { about: 'reset', url: 'https://x.example/reset#t', minutes: 30 },
  { about: 'verify', url: 'https://x.example/verify#t', minutes: 30 },
  { about: 'password_changed', url: 'https://x.example/me' },
  { about: 'order_placed', url: 'https://x.example/me', shop: NASTY, order },
  { about: 'order_paid', url: 'https://x.example/me', shop: NASTY, order },
  { about: 'show_soon', url: 'https://x.example/s/1', shop: NASTY, title: NASTY, at: 1_800_000_000_000 },
  { about: 'show_live', url: 'https://x.example/s/1', shop: NASTY, title: NASTY, at: null },
]

test.each(LETTERS.flatMap((letter) => [['en', letter] as const, ['zh-CN', letter] as const]))(
  'in %s nothing that people wrote is markup or a header: %j',
  (language, letter) => {
    const { subject, text, html } = write(letter, language, NASTY)
    expect(subject).not.toMatch(/[\r\n]/)
    expect(html).not.toContain('<img')
    expect(html).toContain(`lang="${language}"`)
    expect(text).toContain(letter.url)
    expect(/[一-鿿]/.test(subject)).toBe(language === 'zh-CN')
  },
)

test('a letter without a name greets nobody by one', () => {
  const letter: Letter = { about: 'verify', url: 'https://x.example/verify#t', minutes: 30 }
  expect(write(letter, 'en', '').text).toMatch(/^Hello,\n/)
  expect(write(letter, 'zh-CN', '').text).toMatch(/^您好：\n/)
})
