import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { envelope } from './envelope.ts'
import { FACTS, FACTS_VERSION, ownFact, reportedFact } from './facts.ts'
import { SOURCE_FIELDS, visitSource } from './source.ts'

/** One entry a version. A change of a fact adds one and moves FACTS_VERSION; before the first release, it changes. */
const HASHES: Record<number, string> = { 1: 'af14788a372a8935' }

const ID = '019b0000-0000-7000-8000-000000000001'

test('the hash of all schemas belongs to FACTS_VERSION', () => {
  const all = {
    envelope: z.toJSONSchema(envelope),
    facts: FACTS.map(({ type, author, schema }) => ({ type, author, schema: z.toJSONSchema(schema) })),
  }
  const hash = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16)
  expect(hash, 'a fact changed: move FACTS_VERSION and pin the new hash').toBe(HASHES[FACTS_VERSION])
})

test('a player reports what players do, the server the rest', () => {
  const typesOf = (union: typeof reportedFact | typeof ownFact) =>
    union.options.map(({ shape }) => shape.type.value)
  const by = (author: string) => FACTS.filter((one) => one.author === author).map(({ type }) => type)
  expect(typesOf(reportedFact)).toEqual(by('player'))
  expect(typesOf(ownFact)).toEqual(by('server'))
  expect(Object.keys(visitSource.shape)).toEqual([...SOURCE_FIELDS])
})

describe('refused', () => {
  const seen = { type: 'seen', id: ID, productId: 'prd_1', place: 'shelf', position: 0 }
  test.each<[string, unknown]>([
    ['no fact', null],
    ['an unknown type', { ...seen, type: 'bought' }],
    ['a fact of the server', { type: 'paid', id: ID }],
    ['an id of another version', { ...seen, id: ID.replace('-7000', '-4000') }],
    ['an id in capitals', { ...seen, id: '019B0000-0000-7000-8000-00000000000A' }],
    ['a field too many', { ...seen, personId: 'per_1' }],
    ['a field too few', { ...seen, productId: undefined }],
    ['a product without a name', { ...seen, productId: '' }],
    ['a product with too long a name', { ...seen, productId: 'p'.repeat(65) }],
    ['a place that is none', { ...seen, place: 'cellar' }],
    ['a position before the first', { ...seen, position: -1 }],
    ['a position past the last', { ...seen, position: 1001 }],
    ['a position between two', { ...seen, position: 1.5 }],
    ['no time', { type: 'dwell', id: ID, ms: 0 }],
    ['more than a minute at once', { type: 'dwell', id: ID, ms: 60_001 }],
    ['no like', { type: 'like', id: ID, count: 0 }],
    ['too many likes', { type: 'like', id: ID, count: 501 }],
    ['an impression that is none', { type: 'product_opened', id: ID, productId: 'p', impressionId: 'x' }],
    [
      'a bag in no currency',
      { type: 'bagged', id: ID, productId: 'p', skuId: 's', quantity: 1, valueMinor: 1, currency: 'XXX' },
    ],
    [
      'a bag below nothing',
      { type: 'bagged', id: ID, productId: 'p', skuId: 's', quantity: 1, valueMinor: -1, currency: 'CNY' },
    ],
  ])('%s', (_what, value) => {
    expect(reportedFact.safeParse(value).success).toBe(false)
  })
})
