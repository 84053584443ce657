import { expect, test } from 'vitest'
import { createPasses } from './passes.ts'

const LIFE_MS = 60_000
const clock = { now: () => nowMs }
let nowMs = 1_800_000_000_000
const passesOf = (fill: number) =>
  createPasses({ key: new Uint8Array(32).fill(fill), lifeMs: LIFE_MS, clock })
const passes = passesOf(1)
const invalid = expect.objectContaining({ code: 'ticket_invalid' })

test('a pass opens its show for its time, says nothing of its holder, and is of one server alone', async () => {
  const pass = await passes.issue({ showId: 'shw_1', personId: 'per_secret' })
  expect(await passes.open('shw_1', pass)).toEqual({ showId: 'shw_1', personId: 'per_secret' })
  const readable = pass.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
  expect(readable.join()).not.toMatch(/per_secret|shw_1/)
  await expect(passes.open('shw_2', pass)).rejects.toEqual(invalid)
  await expect(passesOf(2).open('shw_1', pass)).rejects.toEqual(invalid)
  await expect(passes.open('shw_1', `${pass}x`)).rejects.toEqual(invalid)
  nowMs += LIFE_MS + 1000
  await expect(passes.open('shw_1', pass)).rejects.toEqual(invalid)
})

test('a key is of one channel of one show', () => {
  const key = passes.keyOf('shw_1', 100)
  expect(passes.isKeyOf('shw_1', key)).toBe(true)
  expect(passes.isKeyOf('shw_2', key)).toBe(false)
  expect(passes.isKeyOf('shw_1', key.replace('100', '101'))).toBe(false)
  for (const other of ['', '100', '100-', 'x'.repeat(30), `100-${'x'.repeat(22)}`]) {
    expect(passes.isKeyOf('shw_1', other)).toBe(false)
  }
  expect(passesOf(2).isKeyOf('shw_1', key)).toBe(false)
})
