import { expect, test } from 'vitest'
import { createLossPace, isEstimated } from './loss-pace.ts'

/** Players whose bandwidth nobody estimates: by what their receiver reports say is lost. */

const LIMITS = {
  ...{ lossEveryMs: 2000, lossDownPct: 8, lossUpPct: 2, lossSettleMs: 3000 },
  ...{ lossCleanMs: 10_000, lossCleanMsMax: 120_000 },
}

/** Reports every two seconds; the layer that is sent is the one that may be. */
function reports(top = 2) {
  const pace = createLossPace(top, LIMITS)
  let now = 0
  let layer = top
  return (lostPct: number, times = 1): number => {
    for (let n = 0; n < times; n++) {
      now += LIMITS.lossEveryMs
      layer = pace.hear(lostPct, layer, now)
    }
    return layer
  }
}

test('much loss is a layer less, and one more where that did not help', () => {
  const hear = reports()
  expect([hear(0), hear(12), hear(12), hear(12), hear(12), hear(12), hear(12)]).toEqual([2, 1, 1, 0, 0, 0, 0])
})

test('a little loss, which retransmission mends, changes nothing', () => {
  const hear = reports()
  expect(hear(5, 60)).toBe(2)
  hear(12)
  expect(hear(5, 60)).toBe(1)
})

test('ten clean seconds are a layer more, and another ten one more', () => {
  const hear = reports()
  hear(20, 3)
  expect(hear(0, 5)).toBe(0)
  expect(hear(0, 1)).toBe(1)
  expect(hear(0, 5)).toBe(1)
  expect(hear(0, 1)).toBe(2)
})

test('loss in between begins the ten seconds anew', () => {
  const hear = reports()
  hear(20)
  hear(0, 5)
  hear(5)
  expect(hear(0, 5)).toBe(1)
  expect(hear(0)).toBe(2)
})

test('a step up that is lossy again is tried less and less often', () => {
  const hear = reports()
  const tries: number[] = []
  hear(20)
  for (let n = 0; n < 7; n++) {
    let waits = 0
    while (hear(0) < 2) waits++
    tries.push(waits)
    while (hear(20) === 2);
  }
  expect(tries).toEqual([5, 10, 20, 40, 60, 60, 60]) // reports: up to two minutes
})

test('what is sent is less than what may be: the step down is from there', () => {
  const pace = createLossPace(2, LIMITS)
  expect(pace.hear(20, 1, 5000)).toBe(0)
})

test('an estimate needs the extension and its feedback', () => {
  const twcc = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'
  const abs = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'
  const of = (uris: string[], feedback: string[]) =>
    isEstimated({
      rtpParameters: {
        codecs: [
          {
            ...{ mimeType: 'video/VP8' as const, payloadType: 96, clockRate: 90_000 },
            rtcpFeedback: feedback.map((type) => ({ type })),
          },
        ],
        headerExtensions: uris.map((uri, n) => ({ uri: uri as typeof twcc, id: n + 1 })),
      },
    })
  expect([of([twcc], ['transport-cc']), of([abs], ['nack', 'goog-remb'])]).toEqual([true, true])
  expect([of([twcc], ['goog-remb']), of([], ['transport-cc']), of([abs], [])]).toEqual([false, false, false])
})
