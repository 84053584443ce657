import type { Producer, Router } from 'mediasoup/types'
import { MEDIA_CODECS } from './codecs.ts'
import { LOOPBACK } from './ports.ts'
import type { WorkerSlot } from './workers.ts'

/** A router that viewers of one show sit on, on one worker, fed by pipe from the show's ingest router. */
export interface Egress {
  readonly slot: WorkerSlot
  readonly router: Router
  /** The copy of an ingest producer on this router, piped when first asked for. It closes with the original. */
  mirror(producer: Producer): Promise<Producer>
  close(): void
}

export async function openEgress(ingest: Router, slot: WorkerSlot): Promise<Egress> {
  const router = await slot.worker.createRouter({ mediaCodecs: MEDIA_CODECS })
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

  return {
    slot,
    router,
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
