import { createWorker } from 'mediasoup'
import type { WebRtcServer, Worker } from 'mediasoup/types'
import { nanoid } from 'nanoid'
import type { Log } from '../kernel/log.ts'
import type { Closable } from '../kernel/ticker.ts'
import type { MediaConfig, StageLimits } from './limits.ts'
import { type CpuTime, cpuTimeOf, watchCpu } from './worker-load.ts'

/** A mediasoup worker and its one WebRtcServer. A worker that dies is replaced by a new slot with the same index. */
export interface WorkerSlot {
  readonly index: number
  /** Names this worker alone, not the one that takes its place. */
  readonly id: string
  readonly worker: Worker
  readonly server: WebRtcServer
  /** Viewers on this worker, of all shows; counted before their transport exists, so that a rush cannot overfill. */
  viewers: number
  /** Ingest routers on this worker. */
  shows: number
  /** CPU time of late, in percent of a core. */
  cpuPct: number
}

export interface Workers extends Closable {
  start(): Promise<void>
  /** The workers that are up, in index order. */
  up(): readonly WorkerSlot[]
  /** Calls `lost` for every worker that dies, after its routers have closed. */
  onLost(lost: (slot: WorkerSlot) => void): void
}

const RESTART_MS = 500

/** Worker n listens on `media.port + n`, UDP and TCP. */
export function createWorkers(deps: {
  media: MediaConfig
  limits: Pick<StageLimits, 'workerCpuEveryMs'>
  cpuTime?: CpuTime
  log: Log
}): Workers {
  const { media, log, cpuTime = cpuTimeOf } = deps
  const slots: (WorkerSlot | null)[] = Array.from({ length: media.workers }, () => null)
  const listeners: ((slot: WorkerSlot) => void)[] = []
  const up = (): WorkerSlot[] => slots.filter((slot) => slot !== null)
  const watching = watchCpu({ slots: up, everyMs: deps.limits.workerCpuEveryMs, cpuTime, log })
  let closed = false

  async function open(index: number): Promise<void> {
    const worker = await createWorker({
      logLevel: 'warn',
      ...(media.workerBin === null ? {} : { workerBin: media.workerBin }),
    })
    try {
      const listen = {
        ip: media.ip,
        port: media.port + index,
        ...(media.announcedAddress === null ? {} : { announcedAddress: media.announcedAddress }),
      }
      const server = await worker.createWebRtcServer({
        listenInfos: [
          { protocol: 'udp', ...listen },
          { protocol: 'tcp', ...listen },
        ],
      })
      const slot = { index, id: nanoid(8), worker, server, viewers: 0, shows: 0, cpuPct: 0 }
      worker.on('died', (error) => {
        slots[index] = null
        log.error({ err: error, worker: index }, 'a mediasoup worker died')
        void reopen(index)
        for (const lost of listeners) lost(slot)
      })
      if (closed) worker.close()
      else slots[index] = slot
    } catch (error) {
      worker.close()
      throw error
    }
  }

  async function reopen(index: number): Promise<void> {
    while (!closed) {
      try {
        await open(index)
        log.info({ worker: index }, 'a mediasoup worker took the place of the dead one')
        return
      } catch (error) {
        log.error({ err: error, worker: index }, 'a mediasoup worker did not start')
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS).unref())
      }
    }
  }

  return {
    async start() {
      await Promise.all(slots.map((_, index) => open(index)))
    },
    up,
    onLost: (lost) => void listeners.push(lost),
    close() {
      closed = true
      void watching.close()
      for (const slot of slots) slot?.worker.close()
      slots.fill(null)
    },
  }
}
