import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutatedSdp } from '../../test/sdp-mutations.ts'
import { Fault } from '../kernel/errors.ts'
import { buildAnswer } from './sdp-answer.ts'
import { readHostOffer } from './sdp-host.ts'

/** Broken and hostile offers: refused or answered, and never thrown at. What a worker makes of them is in sdp-fuzz.test.ts. */

const offer = readFileSync(new URL('./fixtures/encoder-offer.sdp', import.meta.url), 'utf8')
const PARSED = 10_000

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
