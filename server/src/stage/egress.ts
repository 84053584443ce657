import type { Producer, Router } from 'mediasoup/types'
import { found } from '../kernel/errors.ts'
import { codecsOf, type PayloadLayout } from './codecs.ts'
import { LOOPBACK } from './ports.ts'
import type { WorkerSlot } from './workers.ts'

/** A router that viewers of one show and one payload layout sit on, on one worker, fed by pipe from the ingest router. */
export interface Egress {
  readonly slot: WorkerSlot
  readonly router: Router
  readonly layout: PayloadLayout
  /** One more viewer. @returns how it leaves; with the last one an egress that has an idle time closes after it */
  enter(): () => void
  /** The copy of an ingest producer on this router, piped when first asked for. It closes with the original. */
  mirror(producer: Producer): Promise<Producer>
  close(): void
}

/** @param idleMs how long it stays without viewers; null for as long as the show's media is there */
export async function openEgress(
  ingest: Router,
  slot: WorkerSlot,
  layout: PayloadLayout,
  idleMs: number | null,
): Promise<Egress> {
  const router = await slot.worker.createRouter({ mediaCodecs: found(codecsOf(layout), 'sdp_refused') })
  let viewers = 0
  let idle: NodeJS.Timeout | undefined
  const mirrors = new Map<string, Promise<Producer>>()

  async function pipe(producer: Producer): Promise<Producer> {
    // Both routers may share a worker, where ids must differ: let mediasoup make a new one.
    const { pipeProducer } = await ingest.pipeToRouter({
      producerId: producer.id,
      router,
      keepId: false,
      enableSctp: false,
      listenInfo: LOOPBACK,
    })
    if (!pipeProducer) throw new Error('mediasoup piped no producer')
    pipeProducer.observer.once('close', () => mirrors.delete(producer.id))
    return pipeProducer
  }

  function leave(): void {
    viewers--
    if (viewers === 0 && idleMs !== null) idle = setTimeout(() => router.close(), idleMs).unref()
  }

  return {
    slot,
    router,
    layout,
    enter() {
      clearTimeout(idle)
      viewers++
      return leave
    },
    mirror(producer) {
      const known = mirrors.get(producer.id)
      if (known) return known
      const made = pipe(producer)
      mirrors.set(producer.id, made)
      made.catch(() => mirrors.delete(producer.id))
      return made
    },
    close() {
      router.close()
    },
  }
}
