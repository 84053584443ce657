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

test('C7: towers of combining marks are cut', () => {
  expect(normaliseText(`a${'\u0316'.repeat(50)}b`)).toBe(`a${'\u0316'.repeat(4)}b`)
})

test('C7: nothing left, or too much, is refused', () => {
  expect(normaliseText(' \u200b\u202e \n')).toBeNull()
  expect(normaliseText('x'.repeat(CHAT_TEXT_MAX))).toHaveLength(CHAT_TEXT_MAX)
  expect(normaliseText('x'.repeat(CHAT_TEXT_MAX + 1))).toBeNull()
})
