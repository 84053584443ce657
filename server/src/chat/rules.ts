import { CHAT_TEXT_MAX } from '@shelfcast/shared/protocol/limits.ts'

// Controls, halves of characters, and what is invisible or turns the direction of the text that follows it: none of it says anything, all
// of it is used to imitate names or to break layouts. Joiners stay, emoji and several scripts need them.
const INVISIBLE = /[\p{Cc}\p{Cs}\u00ad\u180e\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu
// Words of ASCII, Chinese or Japanese, singly spaced, as most lines are: nothing of them would change.
const WORD = '[!-~\\u3001\\u3002\\u3041-\\u3096\\u30a1-\\u30fa\\u4e00-\\u9fff\\uff01-\\uff5e]+'
const PLAIN = new RegExp(`^${WORD}(?: ${WORD})*$`)
const SPACES = /\s+/gu
const MARKS_IN_A_ROW_MAX = 4
const MARKS = new RegExp(`(\\p{M}{${MARKS_IN_A_ROW_MAX}})\\p{M}+`, 'gu')

/**
 * The text as the room shows it: one line, without controls, invisible characters and overrides of the text
 * direction, without towers of combining marks; null when nothing is left or it is longer than `CHAT_TEXT_MAX`.
 */
export function normaliseText(raw: string): string | null {
  const text = PLAIN.test(raw) ? raw : cleaned(raw)
  return text.length > 0 && text.length <= CHAT_TEXT_MAX ? text : null
}

const cleaned = (raw: string): string =>
  raw.normalize('NFC').replace(SPACES, ' ').replace(INVISIBLE, '').replace(MARKS, '$1').trim()
