import type { Router } from 'mediasoup/types'
import { Fault, found } from '../kernel/errors.ts'
import { layoutKey, MEDIA_CODECS, type PayloadLayout } from './codecs.ts'
import { type Egress, openEgress } from './egress.ts'
import { createQueue } from './queue.ts'
import { leastBusy, type WorkerSlot, type Workers } from './workers.ts'

const OWN: PayloadLayout = {}
const OWN_KEY = layoutKey(OWN)

/**
 * The routers of one show, there while a host is on stage: one that hosts send to, and one for each viewers' worker and
 * payload layout. Ours is the empty layout; others are those of players that made the offer.
 */
export class ShowMedia {
  readonly slot: WorkerSlot
  readonly ingest: Router
  readonly #workers: Workers
  readonly #egresses = new Map<string, Egress>()
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
    const used = new Set([...this.#egresses.values()].map(({ slot }) => slot))
    const slot = leastBusy(free.filter((one) => used.has(one))) ?? leastBusy(free)
    if (!slot) throw new Fault('stage_full', { retryAfterMs: 5000 })
    return slot
  }

  /** Whether there is a layout like this one, or room for one more of players' own. */
  admits(layout: PayloadLayout, layoutsMax: number): boolean {
    const layouts = new Set([...this.#egresses.values()].map((one) => layoutKey(one.layout)))
    layouts.delete(OWN_KEY)
    return layouts.has(layoutKey(layout)) || layouts.size < layoutsMax
  }

  /**
   * The show's egress router on a worker, made when first asked for.
   * @param foreign a player's own layout, whose router closes when nobody has used it for `idleMs`
   */
  egress(slot: WorkerSlot, foreign?: { layout: PayloadLayout; idleMs: number }): Promise<Egress> {
    const { layout, idleMs } = foreign ?? { layout: OWN, idleMs: null }
    const key = `${slot.id} ${layoutKey(layout)}`
    return this.#queue(async () => {
      const known = this.#egresses.get(key)
      if (known) return known
      this.#used.add(slot)
      const egress = await openEgress(this.ingest, slot, layout, idleMs)
      egress.router.observer.once('close', () => this.#egresses.delete(key))
      if (this.ingest.closed) egress.close()
      else this.#egresses.set(key, egress)
      return egress
    })
  }

  /** Closes every transport and producer with the routers. Idempotent. */
  close(): void {
    for (const egress of [...this.#egresses.values()]) egress.close()
    this.ingest.close()
  }
}
