import { computed, type ReadonlySignal, signal } from '@preact/signals'

/**
 * Words in two languages, typed: each app declares its own with `dictionary`, where the second language must have
 * exactly the entries of the first. Components read `t.value.entry`, and are drawn anew when the language changes.
 */
export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Words, functions that put values into a sentence, and groups of these. */
type Words = { readonly [entry: string]: string | ((...values: never[]) => string) | Words }
/** The same entries with the same values to put in, whatever the text. */
type SameEntries<W extends Words> = {
  readonly [Entry in keyof W]: W[Entry] extends (...values: infer V) => string
    ? (...values: V) => string
    : W[Entry] extends Words
      ? SameEntries<W[Entry]>
      : string
}

const STORAGE_KEY = 'shelfcast.language'
const chosen = signal<Language>(detect())

/** The language in use. */
export const language: ReadonlySignal<Language> = chosen

/** Switches the language and remembers it. */
export function setLanguage(next: Language): void {
  chosen.value = next
  if (typeof document !== 'undefined') document.documentElement.lang = next
  try {
    localStorage.setItem(STORAGE_KEY, next)
  } catch {
    // Storage may be off (private windows, embeds): the choice then lasts for this page.
  }
}

/** Declares the words of a part of the client. */
export function dictionary<const W extends Words>(words: {
  en: W
  'zh-CN': SameEntries<W>
}): ReadonlySignal<W | SameEntries<W>> {
  return computed(() => words[chosen.value])
}

/** The nearest language we have to a BCP 47 tag, or null. */
export function matchLanguage(tag: string | null | undefined): Language | null {
  const primary = tag?.toLowerCase().split('-')[0]
  if (primary === 'zh') return 'zh-CN'
  return primary === 'en' ? 'en' : null
}

/** `?lang=` in the address, then the last choice, then the browser's languages, then English. */
function detect(): Language {
  if (typeof window === 'undefined') return 'en'
  const asked = matchLanguage(new URLSearchParams(location.search).get('lang'))
  const found =
    asked ?? remembered() ?? navigator.languages.map(matchLanguage).find((match) => match !== null) ?? 'en'
  document.documentElement.lang = found
  return found
}

function remembered(): Language | null {
  try {
    return matchLanguage(localStorage.getItem(STORAGE_KEY))
  } catch {
    return null
  }
}
