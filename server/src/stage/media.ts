import type { Router } from 'mediasoup/types'
import { Fault, found } from '../kernel/errors.ts'
import { layoutKey, MEDIA_CODECS, type PayloadLayout } from './codecs.ts'
import { type Egress, openEgress } from './egress.ts'
import type { StageLimits } from './limits.ts'
import { createQueue } from './queue.ts'
import { idlest, type LoadLimits, slotForShow, slotForViewer } from './worker-load.ts'
import type { WorkerSlot, Workers } from './workers.ts'

const OWN: PayloadLayout = {}
type LayoutLimits = Pick<StageLimits, 'viewerLayoutsMax' | 'pipeIdleMs'>

const FULL_MS = 5000
/** There is no room for one more viewer, or one more pipe. */
export const stageFull = (): Fault => new Fault('stage_full', { retryAfterMs: FULL_MS })

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

  /** @throws Fault `unavailable` while no worker is up, `stage_full` while none has room for a show */
  static async open(workers: Workers, limits: LoadLimits): Promise<ShowMedia> {
    const up = workers.up()
    found(up[0], 'unavailable')
    const slot = slotForShow(up, limits)
    if (!slot) throw stageFull()
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

  /** The worker for one more viewer, see `slotForViewer`. @throws Fault `stage_full` */
  viewerSlot(limits: LoadLimits): WorkerSlot {
    const used = new Set([...this.#egresses.values()].map(({ slot }) => slot))
    const slot = slotForViewer(this.#workers.up(), (one) => used.has(one), limits)
    if (!slot) throw stageFull()
    return slot
  }

  /** Makes ready for a first viewer, where there may be one. */
  async warmUp(limits: LoadLimits): Promise<Egress | null> {
    const slot = idlest(this.#workers.up(), limits)
    return slot && this.egress(slot)
  }

  /** The show's egress router on a worker, made when first asked for. */
  egress(slot: WorkerSlot): Promise<Egress> {
    return this.#queue(() => this.#open(slot, OWN, null))
  }

  /**
   * As `egress`, for players that chose these payload types; null where other layouts take all the room there is. It
   * closes when nobody has used it for a while.
   */
  layoutEgress(slot: WorkerSlot, layout: PayloadLayout, limits: LayoutLimits): Promise<Egress | null> {
    return this.#queue(async () => {
      const layouts = new Set([...this.#egresses.values()].map((one) => layoutKey(one.layout)))
      layouts.delete(layoutKey(OWN))
      if (!layouts.has(layoutKey(layout)) && layouts.size >= limits.viewerLayoutsMax) return null
      return this.#open(slot, layout, limits.pipeIdleMs)
    })
  }

  async #open(slot: WorkerSlot, layout: PayloadLayout, idleMs: number | null): Promise<Egress> {
    const key = `${slot.id} ${layoutKey(layout)}`
    const known = this.#egresses.get(key)
    if (known) return known
    this.#used.add(slot)
    const egress = await openEgress(this.ingest, slot, layout, idleMs)
    egress.router.observer.once('close', () => this.#egresses.delete(key))
    if (this.ingest.closed) egress.close()
    else this.#egresses.set(key, egress)
    return egress
  }

  /** Closes every transport and producer with the routers. Idempotent. */
  close(): void {
    for (const egress of [...this.#egresses.values()]) egress.close()
    this.ingest.close()
  }
}
