import { expect, test, vi } from 'vitest'
import { silentLog } from '../../test/world.ts'
import { busyPct, type Load, slotForShow, slotForViewer, watchCpu } from './worker-load.ts'
import type { WorkerSlot } from './workers.ts'

/** Which worker one more show, or one more viewer, comes to. */

const LIMITS = {
  ...{ viewersPerWorkerMax: 200, showsPerWorkerMax: 10 },
  ...{ workerCpuLeavePct: 70, workerCpuRefusePct: 90, workerBusierByPct: 25 },
}
const slot = (of: Partial<Load> = {}): Load => ({ viewers: 0, shows: 0, cpuPct: 0, ...of })
const chosen = (slots: Load[], used: number[] = []) =>
  slots.indexOf(slotForViewer(slots, (one) => used.includes(slots.indexOf(one)), LIMITS)!)

test('a viewer comes to the idlest: by CPU time, and by what is counted while that is not known', () => {
  expect(chosen([slot({ cpuPct: 40 }), slot({ cpuPct: 20, viewers: 30 })])).toBe(1)
  expect(chosen([slot({ viewers: 100 }), slot({ viewers: 20 })])).toBe(1)
  expect(busyPct(slot({ viewers: 100, cpuPct: 10 }), LIMITS)).toBe(50)
  expect(busyPct(slot({ shows: 9, viewers: 100 }), LIMITS)).toBe(90)
})

test('one that has the show is kept while it is not clearly busier, and not above 70 % of a core', () => {
  expect(chosen([slot({ cpuPct: 24 }), slot()], [0])).toBe(0)
  expect(chosen([slot({ cpuPct: 26 }), slot()], [0])).toBe(1)
  expect(chosen([slot({ cpuPct: 69 }), slot({ cpuPct: 60 })], [0])).toBe(0)
  expect(chosen([slot({ cpuPct: 71 }), slot({ cpuPct: 60 })], [0])).toBe(1)
  expect(chosen([slot({ cpuPct: 50 }), slot({ cpuPct: 40 }), slot({ cpuPct: 38 })], [0, 1])).toBe(1)
  expect(chosen([slot({ cpuPct: 71 }), slot({ cpuPct: 89 })], [0])).toBe(0) // still the idlest
})

test('at 90 % of a core, and at as many viewers as a core measured, nobody more is taken', () => {
  expect(chosen([slot({ cpuPct: 90 }), slot({ viewers: 200 })], [0])).toBe(-1)
  expect(chosen([slot({ cpuPct: 90 }), slot({ cpuPct: 89 })], [0])).toBe(1)
  expect(slotForShow([slot({ shows: 10 }), slot({ cpuPct: 95 })], LIMITS)).toBeNull()
  expect(slotForShow([slot({ shows: 3 }), slot({ shows: 2, viewers: 1 })], LIMITS)?.shows).toBe(2)
  expect(slotForShow([], LIMITS)).toBeNull()
})

test('CPU time is read each turn; one worker that does not answer keeps no other from it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'performance'] })
  const slots = [
    { worker: 'busy', cpuPct: 0 },
    { worker: 'dead', cpuPct: 0 },
  ] as unknown as WorkerSlot[]
  let usedMs = 5000
  const watching = watchCpu({
    ...{ slots: () => slots, everyMs: 1000, log: silentLog },
    async cpuTime(worker) {
      if ((worker as unknown) === 'dead') throw new Error('closed')
      usedMs += 800
      return usedMs
    },
  })
  const turn = () => vi.advanceTimersByTimeAsync(1000)
  await turn()
  expect(slots[0]!.cpuPct).toBe(0) // nothing to compare with
  await turn()
  expect(slots[0]!.cpuPct).toBe(40)
  for (let n = 0; n < 8; n++) await turn()
  expect(slots[0]!.cpuPct).toBeGreaterThan(79)
  expect(slots[1]!.cpuPct).toBe(0)
  await watching.close()
  vi.useRealTimers()
})
