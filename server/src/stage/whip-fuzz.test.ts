import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutatedSdp } from '../../test/sdp-mutations.ts'
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

test(`${PARSED} mutated offers are read or refused`, () => {
  const transport = {
    iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
    iceCandidates: [],
    dtlsParameters: { fingerprints: [{ algorithm: 'sha-256' as const, value: 'AA' }] },
  }
  let read = 0
  for (let seed = 0; seed < PARSED; seed++) {
    try {
      const answer = buildAnswer(readHostOffer(mutatedSdp(offer, seed)), transport)
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
      await whip.open('sk_any', showId, true, mutatedSdp(offer, seed))
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
