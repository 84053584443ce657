import { CHAT_TEXT_MAX } from '@shelfcast/shared/protocol/limits.ts'
import { expect, test } from 'vitest'
import { normaliseText } from './rules.ts'

test.each([
  ['  hello  ', 'hello'],
  ['two\nlines\tand  spaces', 'two lines and spaces'],
  ['\u202eevil\u202c', 'evil'],
  ['zero\u200bwidth\ufeff', 'zerowidth'],
  ['bell\u0007 nul\u0000', 'bell nul'],
  ['half\ud83d', 'half'],
  ['你好 👨‍👩‍👧 שלום', '你好 👨‍👩‍👧 שלום'],
  ['e\u0301', 'é'],
])('C7: %j is said as %j', (raw, text) => {
  expect(normaliseText(raw)).toBe(text)
})

test('C7: what is said in plain words stays as it is, to the letter', () => {
  const plain = [
    [0x21, 0x7e],
    [0x3001, 0x3002],
    [0x3041, 0x3096],
    [0x30a1, 0x30fa],
    [0x4e00, 0x9fff],
    [0xff01, 0xff5e],
  ]
  for (const [from, to] of plain as [number, number][])
    for (let code = from; code <= to; code++) {
      const char = String.fromCharCode(code)
      expect(normaliseText(`${char} ${char}`)).toBe(normaliseText(`\u00e9${char} ${char}`)?.slice(1)) // not plain, cleaned
    }
})

test('C7: towers of combining marks are cut', () => {
  expect(normaliseText(`a${'\u0316'.repeat(50)}b`)).toBe(`a${'\u0316'.repeat(4)}b`)
})

test('C7: nothing left, or too much, is refused', () => {
  expect(normaliseText(' \u200b\u202e \n')).toBeNull()
  expect(normaliseText('x'.repeat(CHAT_TEXT_MAX))).toHaveLength(CHAT_TEXT_MAX)
  expect(normaliseText('x'.repeat(CHAT_TEXT_MAX + 1))).toBeNull()
})
