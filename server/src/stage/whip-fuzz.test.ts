import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testStage, until } from '../../test/stage.ts'
import { silentLog } from '../../test/world.ts'
import { Fault } from '../kernel/errors.ts'
import { buildAnswer } from './sdp-answer.ts'
import { readHostOffer } from './sdp-host.ts'
import { createWhipSessions } from './whip-sessions.ts'

/** Broken and hostile offers: refused or answered, never thrown at, and nothing is left on stage. */

const offer = readFileSync(new URL('./fixtures/encoder-offer.sdp', import.meta.url), 'utf8')
const world = await testStage({ connectWithinMs: 300, awayAfterMs: 100 })
const showId = await world.newShow()
const keys = {
  use: async () => ({ tenantId: world.tenantId, personId: world.host.id }),
  currentShow: async () => showId,
}
const whip = createWhipSessions({ stage: world.stage, ask: world.deps.ask, keys, log: silentLog })

const PARSED = 10_000
const OPENED = 400
const BUDGET_MS = 8000

/** mulberry32: the same mutations every time. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const NASTY = [
  '',
  '-1',
  '0',
  '127',
  '4294967296',
  '99999999999999999999',
  '\0',
  '\ud800',
  'a=',
  ' '.repeat(99),
]

/** A few lines dropped, doubled, swapped, or with a word in them changed. */
function mutated(seed: number): string {
  const next = random(seed)
  const pick = (max: number): number => Math.floor(next() * max)
  const lines = offer.split('\n').filter((line) => line !== '')
  for (let i = pick(4); i >= 0; i--) {
    const at = pick(lines.length)
    const line = lines[at] ?? ''
    const words = line.split(/(?=[ :;=/])/)
    const word = pick(words.length)
    const change = [
      () => lines.splice(at, 1),
      () => lines.splice(pick(lines.length), 0, line),
      () => lines.splice(at, 1, lines[pick(lines.length)] ?? ''),
      () => lines.splice(at, 1, line.slice(0, pick(line.length))),
      () => {
        words[word] = `${words[word]?.[0] ?? ''}${NASTY[pick(NASTY.length)]}`
        lines.splice(at, 1, words.join(''))
      },
      () => {
        words[word] = String(pick(70_000))
        lines.splice(at, 1, words.join(''))
      },
    ]
    change[pick(change.length)]?.()
  }
  return lines.join('\n')
}

test(`${PARSED} mutated offers are read or refused`, () => {
  const transport = {
    iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
    iceCandidates: [],
    dtlsParameters: { fingerprints: [{ algorithm: 'sha-256' as const, value: 'AA' }] },
  }
  let read = 0
  for (let seed = 0; seed < PARSED; seed++) {
    try {
      const answer = buildAnswer(readHostOffer(mutated(seed)), transport)
      expect(answer).not.toMatch(/undefined|NaN|\[object/)
      read++
    } catch (error) {
      if (!(error instanceof Fault)) throw new Error(`seed ${seed}`, { cause: error })
      expect(['sdp_malformed', 'sdp_refused']).toContain(error.code)
    }
  }
  expect(read).toBeGreaterThan(PARSED / 10)
  expect(read).toBeLessThan(PARSED)
})

test(`of up to ${OPENED} mutated offers on a real worker none leaves a seat, a session or a transport`, async () => {
  const endsAt = performance.now() + BUDGET_MS
  let answered = 0
  for (let seed = 0; seed < OPENED && performance.now() < endsAt; seed++) {
    try {
      await whip.open('sk_any', showId, true, mutated(seed))
      answered++
    } catch (error) {
      if (!(error instanceof Fault)) throw new Error(`seed ${seed}`, { cause: error })
      expect(error.status).toBeLessThan(500)
    }
  }
  expect(answered).toBeGreaterThan(0)
  await until(() => whip.size === 0) // nobody connected: the last one's time was up
  const counts = await world.deps.metrics.getMetricsAsJSON()
  const gauge = (name: string) =>
    counts.find((one) => one.name === `shelfcast_stage_${name}`)?.values[0]?.value
  expect([gauge('hosts'), gauge('producers'), gauge('routers'), gauge('workers')]).toEqual([0, 0, 0, 1])
}, 60_000)
