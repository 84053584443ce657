import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { ERRORS, type ErrorEntry } from '../errors.ts'
import { DOWN, deliveryClassOf, parseDown } from './down.ts'
import { upMessage } from './up.ts'
import { PROTOCOL_VERSION } from './version.ts'

/** One entry a version. A change of the wire adds one and moves PROTOCOL_VERSION; before the first release, the entry changes. */
const HASHES: Record<number, string> = {
  1: 'e469149cecef5ca7',
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value

test('V2: the hash of all schemas and classes belongs to PROTOCOL_VERSION', () => {
  const wire = {
    up: z.toJSONSchema(upMessage),
    down: DOWN.map(({ type, delivery, schema }) => ({ type, delivery, schema: z.toJSONSchema(schema) })),
  }
  const hash = createHash('sha256')
    .update(JSON.stringify(sorted(wire)))
    .digest('hex')
    .slice(0, 16)
  expect(hash, 'the wire changed: move PROTOCOL_VERSION and pin the new hash').toBe(HASHES[PROTOCOL_VERSION])
})

test('V2: no two messages share a type, and each has the fields of its class', () => {
  expect(new Set(DOWN.map(({ type }) => type)).size).toBe(DOWN.length)
  for (const { type, delivery, schema } of DOWN) {
    const fields = Object.keys(schema.shape)
    expect(fields.includes('pos') && type !== 'welcome', type).toBe(delivery === 'state')
    expect(fields.includes('key'), type).toBe(delivery === 'latest')
  }
})

test('C1-C5: the class of a message is the one declared beside it', () => {
  expect(deliveryClassOf({ t: 'pinned', pos: [1, 1], itemId: null })).toBe('state')
  expect(deliveryClassOf({ t: 'viewers', key: 'viewers', count: 1 })).toBe('latest')
  expect(deliveryClassOf({ t: 'resync' })).toBe('personal')
})

test('parseDown reads what is of this protocol and nothing else', () => {
  expect(parseDown({ t: 'pinned', pos: [1, 2], itemId: null })).toEqual({
    t: 'pinned',
    pos: [1, 2],
    itemId: null,
  })
  for (const other of [null, 1, 'x', [], {}, { t: 1 }, { t: 'toString' }, { t: 'pinned' }]) {
    expect(parseDown(other)).toBeNull()
  }
})

test('E3: the page lists every close code of the catalogue, under its name', () => {
  const page = readFileSync(new URL('./PROTOCOL.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| (\d{4}) +\| (\w+) +\|/gm)].map(([, code, name]) => [
    name,
    Number(code),
  ])
  const catalogue = Object.entries<ErrorEntry>(ERRORS).flatMap(([name, { close }]) =>
    close ? [[name, close]] : [],
  )
  const byName = (a: unknown[], b: unknown[]) => String(a[0]).localeCompare(String(b[0]))
  expect(listed.sort(byName)).toEqual(catalogue.sort(byName))
  expect(new Set(listed.map(([, code]) => code)).size).toBe(listed.length)
})
