import type { ReadonlySignal } from '@preact/signals'
import { ERRORS } from '@shelfcast/shared/errors.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { consentWords } from '../kit/consent/words.ts'
import { codeText } from '../kit/errors.ts'
import { matchLanguage, setLanguage } from '../kit/i18n.ts'
import { kitWords } from '../kit/ui/words.ts'
import { sheetWords } from './sheets/words.ts'
import { saleWords } from './shop/words.ts'
import { playerWords } from './words.ts'

afterEach(() => setLanguage('en'))

/** Every word of a dictionary in the language in use, by its path; functions are given sample values. */
function said(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([entry, word]): [string, string][] => {
    const here = path + entry
    if (typeof word === 'string') return [[here, word]]
    if (typeof word === 'function') return [[here, word(2, 3)]]
    return said(word, `${here}.`)
  })
}

function inBoth(words: ReadonlySignal<object>): { en: [string, string][]; zh: [string, string][] } {
  setLanguage('en')
  const en = said(words.value)
  setLanguage('zh-CN')
  return { en, zh: said(words.value) }
}

describe.each([
  ['kit', kitWords],
  ['player', playerWords],
  ['sheets', sheetWords],
  ['sale', saleWords],
  ['consent', consentWords],
])('words of the %s', (_name, words) => {
  const { en, zh } = inBoth(words)

  test('say the same things in both languages', () => {
    expect(zh.map(([entry]) => entry).sort()).toEqual(en.map(([entry]) => entry).sort())
  })

  test('say something', () => {
    for (const [entry, text] of [...en, ...zh]) expect(text.trim(), entry).not.toBe('')
  })

  test('are English in English', () => {
    for (const [entry, text] of en) expect(text, entry).not.toMatch(/\p{Script=Han}/u)
  })

  test('put their values into the sentence in both', () => {
    const holds = (texts: [string, string][]) =>
      texts.filter(([, text]) => /2/.test(text)).map(([entry]) => entry)
    expect(holds(zh)).toEqual(expect.arrayContaining(holds(en)))
  })
})

test('every code of the catalogue has words of its own in both languages', () => {
  for (const language of ['en', 'zh-CN'] as const) {
    setLanguage(language)
    for (const code of Object.keys(ERRORS)) {
      expect(codeText(code).length, code).toBeGreaterThan(3)
      if (code !== 'internal') expect(codeText(code), code).not.toBe(codeText('internal'))
    }
  }
})

test('a code that is not ours reads as a failure on our side', () => {
  expect(codeText('__proto__')).toBe(codeText('internal'))
  expect(codeText('no_such_code')).toBe(codeText('internal'))
})

test.each([
  ['zh', 'zh-CN'],
  ['zh-Hant-TW', 'zh-CN'],
  ['en-GB', 'en'],
  ['de', null],
  [null, null],
])('the nearest language to %s is %s', (tag, language) => expect(matchLanguage(tag)).toBe(language))
