import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/** The colours of one block of tokens.css, by name. */
function coloursOf(selector: string): Map<string, string> {
  const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? ''
  return new Map([...block.matchAll(/--color-([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!]))
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light! + 0.05) / (dark! + 0.05)
}

const GROUNDS = ['ground', 'surface', 'raised']
const PAIRS: [string, string][] = [
  ...GROUNDS.flatMap((ground): [string, string][] =>
    ['text', 'text-soft', 'accent', 'sell', 'flash', 'good', 'warn', 'bad'].map((ink) => [ink, ground]),
  ),
  ['text-soft', 'sunken'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['on-sell', 'sell'],
  ['on-sell', 'sell-strong'],
  ['on-rival', 'rival'],
  ['accent', 'accent-soft'],
  ['text', 'accent-soft'],
  ['text', 'sell-soft'],
  ['flash', 'flash-soft'],
  ['bad', 'bad-soft'],
]

describe.each([
  ['light', ':root'],
  ['dark', '[data-theme="dark"]'],
])('the %s theme', (_name, selector) => {
  const colours = coloursOf(selector)

  test.each(PAIRS)('%s on %s reaches 4.5:1', (ink, ground) => {
    expect(contrast(colours.get(ink)!, colours.get(ground)!)).toBeGreaterThanOrEqual(4.5)
  })

  test.each(GROUNDS)('the edge of a field on %s reaches 3:1', (ground) => {
    expect(contrast(colours.get('line-strong')!, colours.get(ground)!)).toBeGreaterThanOrEqual(3)
  })
})
