import type { Worker } from 'mediasoup/types'
import type { Log } from '../kernel/log.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import type { StageLimits } from './limits.ts'
import type { WorkerSlot } from './workers.ts'

/** As much of a worker as the choice between workers looks at. */
export type Load = Pick<WorkerSlot, 'viewers' | 'shows' | 'cpuPct'>

export type LoadLimits = Pick<
  StageLimits,
  | 'viewersPerWorkerMax'
  | 'showsPerWorkerMax'
  | 'workerCpuLeavePct'
  | 'workerCpuRefusePct'
  | 'workerBusierByPct'
>

/**
 * How busy a worker is, in percent of what it can do. Its CPU time tells most, and tells it a second late: who comes
 * meanwhile is counted.
 */
export function busyPct({ cpuPct, viewers, shows }: Load, limits: LoadLimits): number {
  const counted = Math.max(viewers / limits.viewersPerWorkerMax, shows / limits.showsPerWorkerMax)
  return Math.max(cpuPct, 100 * counted)
}

/** Null where there are none. */
export function idlest<L extends Load>(slots: readonly L[], limits: LoadLimits): L | null {
  return slots.reduce<L | null>(
    (best, slot) => (best === null || busyPct(slot, limits) < busyPct(best, limits) ? slot : best),
    null,
  )
}

/** The worker for one more show; null where none has room. */
export const slotForShow = <L extends Load>(slots: readonly L[], limits: LoadLimits): L | null =>
  idlest(
    slots.filter((one) => one.shows < limits.showsPerWorkerMax && one.cpuPct < limits.workerCpuRefusePct),
    limits,
  )

/**
 * The worker for one more viewer; null where none has room. One that the show is on already saves a pipe: it is left
 * where it comes near to what a core can do, or has clearly more to do than the idlest.
 */
export function slotForViewer<L extends Load>(
  slots: readonly L[],
  isUsed: (slot: L) => boolean,
  limits: LoadLimits,
): L | null {
  const open = slots.filter(
    (one) => one.viewers < limits.viewersPerWorkerMax && one.cpuPct < limits.workerCpuRefusePct,
  )
  const best = idlest(open, limits)
  if (best === null) return null
  const busiestPct = busyPct(best, limits) + limits.workerBusierByPct
  const good = open.filter(
    (one) => isUsed(one) && one.cpuPct < limits.workerCpuLeavePct && busyPct(one, limits) <= busiestPct,
  )
  return idlest(good, limits) ?? best
}

/** The CPU time that a worker has used so far, in milliseconds. */
export type CpuTime = (worker: Pick<Worker, 'getResourceUsage'>) => Promise<number>

export const cpuTimeOf: CpuTime = async (worker) => {
  const { ru_utime, ru_stime } = await worker.getResourceUsage()
  return ru_utime + ru_stime
}

/** Keeps each worker's `cpuPct` true: half of it is the last turn's, so that one burst does not look like a rush. */
export function watchCpu(deps: {
  slots(): readonly WorkerSlot[]
  everyMs: number
  cpuTime: CpuTime
  log: Log
}): Closable {
  const { slots, everyMs, cpuTime, log } = deps
  const seen = new WeakMap<WorkerSlot, { usedMs: number; atMs: number }>()

  async function look(slot: WorkerSlot): Promise<void> {
    const usedMs = await cpuTime(slot.worker)
    const atMs = performance.now()
    const before = seen.get(slot)
    seen.set(slot, { usedMs, atMs })
    if (before && atMs > before.atMs) {
      const nowPct = (100 * (usedMs - before.usedMs)) / (atMs - before.atMs)
      slot.cpuPct = (slot.cpuPct + nowPct) / 2
    }
  }

  // One that dies just now says nothing.
  return startTicker('media workers', everyMs, log, () =>
    Promise.allSettled(slots().map((slot) => look(slot))),
  )
}
