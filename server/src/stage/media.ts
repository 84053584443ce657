import type { Router } from 'mediasoup/types'
import { Fault, found } from '../kernel/errors.ts'
import { MEDIA_CODECS } from './codecs.ts'
import { type Egress, openEgress } from './egress.ts'
import { createQueue } from './queue.ts'
import { leastBusy, type WorkerSlot, type Workers } from './workers.ts'

/** The routers of one show, there while a host is on stage: one that hosts send to, and one for each viewers' worker. */
export class ShowMedia {
  readonly slot: WorkerSlot
  readonly ingest: Router
  readonly #workers: Workers
  readonly #egresses = new Map<WorkerSlot, Egress>()
  /** Workers that viewers have been on. */
  readonly #used = new Set<WorkerSlot>()
  /** Two who come together share one router. */
  readonly #queue = createQueue()

  private constructor(workers: Workers, slot: WorkerSlot, ingest: Router) {
    this.#workers = workers
    this.slot = slot
    this.ingest = ingest
  }

  /** @throws Fault `unavailable` while no worker is up */
  static async open(workers: Workers): Promise<ShowMedia> {
    const slot = found(leastBusy(workers.up()), 'unavailable')
    const ingest = await slot.worker.createRouter({ mediaCodecs: MEDIA_CODECS })
    slot.shows++
    ingest.observer.once('close', () => {
      slot.shows--
    })
    return new ShowMedia(workers, slot, ingest)
  }

  /** Whether viewers may have been on this worker. */
  hasUsed(slot: WorkerSlot): boolean {
    return this.#used.has(slot)
  }

  get routers(): number {
    return 1 + this.#egresses.size
  }

  /**
   * The worker for one more viewer: one that has this show already, while there is room, since each further one
   * costs a pipe; else the least busy.
   * @throws Fault `stage_full`
   */
  viewerSlot(viewersPerWorkerMax: number): WorkerSlot {
    const free = this.#workers.up().filter((slot) => slot.viewers < viewersPerWorkerMax)
    const slot = leastBusy(free.filter((one) => this.#egresses.has(one))) ?? leastBusy(free)
    if (!slot) throw new Fault('stage_full', { retryAfterMs: 5000 })
    return slot
  }

  /** The show's egress router on a worker, made when first asked for. */
  egress(slot: WorkerSlot): Promise<Egress> {
    return this.#queue(async () => {
      const known = this.#egresses.get(slot)
      if (known) return known
      this.#used.add(slot)
      const egress = await openEgress(this.ingest, slot)
      egress.router.observer.once('close', () => this.#egresses.delete(slot))
      if (this.ingest.closed) egress.close()
      else this.#egresses.set(slot, egress)
      return egress
    })
  }

  /** Closes every transport and producer with the routers. Idempotent. */
  close(): void {
    for (const egress of [...this.#egresses.values()]) egress.close()
    this.ingest.close()
  }
}
