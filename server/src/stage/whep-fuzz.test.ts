import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutatedSdp } from '../../test/sdp-mutations.ts'
import { Fault } from '../kernel/errors.ts'
import { buildDirectAnswer, readDirectOffer } from './sdp-direct.ts'
import { readViewerOffer } from './sdp-viewer.ts'

/** As whip-fuzz.test.ts, with players' offers: refused, answered or counter-offered. */

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const offers = ['chromium', 'firefox', 'safari', 'safari-15'].map((name) => file(`${name}-offer.sdp`))
const offer = (seed: number): string => mutatedSdp(offers[seed % offers.length]!, seed)

const PARSED = 10_000

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
