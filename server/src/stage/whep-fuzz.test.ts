import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutatedSdp } from '../../test/sdp-mutations.ts'
import { testStage, until } from '../../test/stage.ts'
import { Fault } from '../kernel/errors.ts'
import { buildDirectAnswer, readDirectOffer } from './sdp-direct.ts'
import { readViewerOffer } from './sdp-viewer.ts'

/** Broken and hostile offers of players: refused, answered or counter-offered, never thrown at, and nothing is left. */

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const offers = ['chromium', 'firefox', 'safari'].map((name) => file(`${name}-offer.sdp`))
const offer = (seed: number): string => mutatedSdp(offers[seed % offers.length]!, seed)
const world = await testStage({ connectWithinMs: 300, awayAfterMs: 100, pipeIdleMs: 100 })
const { showId } = await world.onAir()

const PARSED = 10_000
const OPENED = 300
const BUDGET_MS = 8000

test(`${PARSED} mutated offers are read or refused`, () => {
  const transport = {
    iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
    iceCandidates: [],
    dtlsParameters: { fingerprints: [{ algorithm: 'sha-256' as const, value: 'AA' }] },
  }
  let answered = 0
  for (let seed = 0; seed < PARSED; seed++) {
    try {
      readViewerOffer(offer(seed))
      const direct = readDirectOffer(offer(seed))
      if (!direct) continue
      expect(buildDirectAnswer(direct, transport, [])).not.toMatch(/undefined|NaN|\[object/)
      answered++
    } catch (error) {
      if (!(error instanceof Fault)) throw new Error(`seed ${seed}`, { cause: error })
      expect(['sdp_malformed', 'sdp_refused']).toContain(error.code)
    }
  }
  expect(answered).toBeGreaterThan(PARSED / 10)
  expect(answered).toBeLessThan(PARSED)
})

test(`of up to ${OPENED} mutated offers on a real worker none leaves a session, a router or a transport`, async () => {
  const gauge = async (name: string) =>
    (await world.deps.metrics.getSingleMetric(`shelfcast_stage_${name}`)!.get()).values[0]!.value
  const before = await gauge('routers')
  const endsAt = performance.now() + BUDGET_MS
  let answered = 0
  for (let seed = 0; seed < OPENED && performance.now() < endsAt; seed++) {
    try {
      const ticket = await world.ticket(showId, `per_${seed}`)
      const viewer = await world.stage.watch(showId, ticket, offer(seed), null)
      if (viewer.direct) answered++
    } catch (error) {
      if (!(error instanceof Fault)) throw new Error(`seed ${seed}`, { cause: error })
      expect(error.status === 503 || error.status < 500).toBe(true)
    }
  }
  expect(answered).toBeGreaterThan(0)
  await until(async () => (await gauge('viewers')) === 0) // nobody connected: the last one's time was up
  await until(async () => (await gauge('routers')) === before)
  expect(await gauge('workers')).toBe(1)
}, 60_000)
