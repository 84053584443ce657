import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** PROTOCOL.md and the tests that carry its rules in their names. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDERS = ['server/src', 'server/test', 'client', 'shared']

const RULE = /\*\*([A-Z]\d+)\*\*/g
/** The beginning of a test's name: `C1:`, `B4, N1:`, `N1 to N5:`. */
const NAMED = /['"`]([A-Z]\d+(?:(?:, | to | and )[A-Z]\d+)*): /g

const rules = [...readFileSync(`${ROOT}shared/protocol/PROTOCOL.md`, 'utf8').matchAll(RULE)].map(
  ([, rule]) => rule!,
)

function testFiles(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
      .map((file) => `${ROOT}${folder}/${file}`),
  )
}

/** `J8, N1 to N3` names J8, N1, N2 and N3. */
function rulesIn(name: string): string[] {
  return name.split(/, | and /).flatMap((part) => {
    const [first, last] = part.split(' to ')
    if (last === undefined) return [first!]
    const [from, to] = [Number(first!.slice(1)), Number(last.slice(1))]
    return Array.from({ length: to - from + 1 }, (_, i) => `${first![0]}${from + i}`)
  })
}

const named = new Set(
  testFiles().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(NAMED)].flatMap(([, name]) => rulesIn(name!)),
  ),
)

test('each rule of PROTOCOL.md has its number once', () => {
  expect(rules.length).toBeGreaterThan(40)
  expect(rules.filter((rule, i) => rules.indexOf(rule) !== i)).toEqual([])
})

test('each rule of PROTOCOL.md stands in the name of a test, and each that a test names is there', () => {
  expect(rules.filter((rule) => !named.has(rule))).toEqual([])
  expect([...named].filter((rule) => !rules.includes(rule))).toEqual([])
})
