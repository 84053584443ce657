import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import type { Producer, Router } from 'mediasoup/types'
import type { Ask } from '../../kernel/ask.ts'
import { Fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { Audience, notReady } from '../audience.ts'
import type { StageLimits } from '../limits.ts'
import { ShowMedia, stageFull } from '../media.ts'
import { createQueue } from '../queue.ts'
import type { StageRooms } from '../show.ts'
import type { WorkerSlot, Workers } from '../workers.ts'
import { openPipeIn, type PipeIn } from './pipe.ts'
import { follow, pipe, type Told, unfollow } from './wire.ts'

export interface BranchDeps {
  showId: string
  /** The node to which the show's hosts send. */
  home: string
  ask: Ask
  workers: Workers
  rooms: StageRooms
  pipeIp: string
  /** Pipes to this node, of all shows. */
  pipesIn(): number
  limits: StageLimits
  log: Log
  onClosed(): void
  /** The home has told how things are. */
  onHeard(): void
}

interface Kept {
  readonly pipe: Promise<PipeIn>
  usedAt: number
}

/**
 * A show on a node that is not its home: it follows what the home tells, gets each producer by one pipe when a viewer
 * wants it, however many do, and gives that up when none has for a while.
 */
export class ShowBranch {
  readonly showId: string
  readonly home: string
  readonly audience: Audience
  readonly #deps: BranchDeps
  readonly #pipes = new Map<string, Kept>()
  readonly #queue = createQueue()
  #told: Told
  #media: ShowMedia | null = null
  #asked: Promise<void> | null = null
  #usedAt = performance.now()
  #closed = false

  private constructor(deps: BranchDeps, told: Told) {
    this.#deps = deps
    this.showId = deps.showId
    this.home = deps.home
    this.#told = told
    this.audience = new Audience({
      ...deps,
      programme: () => this.#told,
      media: () => this.#media,
      producer: (id) => this.#producer(id),
      refresh: () => this.refresh(),
    })
  }

  /** @throws Fault `not_found` where that node is not the home, `unavailable` */
  static async open(deps: BranchDeps): Promise<ShowBranch> {
    return new ShowBranch(deps, await deps.ask.ask(deps.home, follow, { showId: deps.showId }))
  }

  get live(): boolean {
    return this.#told.live
  }

  get layout(): StageLayout {
    return this.#told.layout
  }

  get pipes(): number {
    return this.#pipes.size
  }

  get routers(): number {
    return this.#media?.routers ?? 0
  }

  /** As `Audience.watch`. */
  async watch(...args: Parameters<Audience['watch']>): ReturnType<Audience['watch']> {
    this.#usedAt = performance.now()
    if (!this.#told.live) throw notReady()
    await this.#openMedia()
    return this.audience.watch(...args)
  }

  /**
   * What a host sends, as it comes to this node. Asked again and again, as for a rival's place, it stays here without
   * viewers of its own. @throws Fault `media_not_ready`, `stage_full`
   */
  async sending(producerId: string): Promise<{ router: Router; producer: Producer }> {
    this.#usedAt = performance.now()
    const producer = await this.#producer(producerId)
    return { router: (await this.#openMedia()).ingest, producer }
  }

  /** What the home tells; older than what is known is passed over. */
  hear(told: Told): void {
    const { fence, version } = this.#told
    if (this.#closed || told.fence < fence || (told.fence === fence && told.version < version)) return
    this.#told = told
    const sent = new Map(told.sent.map((one) => [one.id, one]))
    for (const [id, { pipe }] of this.#pipes) {
      const paused = sent.get(id)?.paused
      const settled = pipe.then(({ transport, producer }) =>
        paused === undefined ? transport.close() : settlePause(producer, paused),
      )
      settled.catch(() => {}) // it may close just now
    }
    this.audience.settle()
    this.#deps.onHeard()
  }

  /** Asks the home how things are; who asks meanwhile shares the answer. Without one all stays as it is. */
  refresh(): Promise<void> {
    this.#asked ??= this.#askHome().finally(() => {
      this.#asked = null
    })
    return this.#asked
  }

  /** Every second: keeps following, and gives up what nobody uses. */
  async tend(): Promise<void> {
    await this.refresh()
    const now = performance.now()
    if (this.audience.viewers.size > 0) this.#usedAt = now
    const unusedSince = now - this.#deps.limits.pipeIdleMs
    if (this.#usedAt < unusedSince) this.close()
    for (const [id, kept] of this.#pipes) {
      if (this.audience.uses(id)) kept.usedAt = now
      else if (kept.usedAt < unusedSince)
        kept.pipe.then(
          ({ transport }) => transport.close(),
          () => {},
        )
    }
  }

  /** A worker of this node died: its viewers are told, and come again. */
  lostWorker(slot: WorkerSlot): void {
    const media = this.#media
    if (!media) return
    if (media.slot === slot) {
      this.#media = null
      media.close()
    }
    if (media.hasUsed(slot)) {
      this.#deps.rooms.publish(this.#deps.showId, { t: 'media', key: slot.id })
    }
  }

  /** Ends every session, whose viewers ask anew. Idempotent. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#media?.close()
    const { ask, home, showId, onClosed } = this.#deps
    onClosed()
    ask.ask(home, unfollow, { showId }).catch(() => {}) // else it notices by itself
  }

  async #askHome(): Promise<void> {
    const { ask, home, showId } = this.#deps
    try {
      this.hear(await ask.ask(home, follow, { showId }))
    } catch (error) {
      if (error instanceof Fault && error.code === 'not_found') this.close()
    }
  }

  #openMedia(): Promise<ShowMedia> {
    return this.#queue(async () => {
      if (this.#closed) throw notReady()
      this.#media ??= await ShowMedia.open(this.#deps.workers, this.#deps.limits)
      if (this.#closed) this.#media.close()
      return this.#media
    })
  }

  async #producer(id: string): Promise<Producer> {
    const known = this.#pipes.get(id)
    if (known) {
      known.usedAt = performance.now()
      return (await known.pipe).producer
    }
    if (this.#deps.pipesIn() >= this.#deps.limits.pipesMax) {
      throw stageFull()
    }
    const kept: Kept = { pipe: this.#openPipe(id), usedAt: performance.now() }
    const forget = (): void => {
      if (this.#pipes.get(id) === kept) this.#pipes.delete(id)
    }
    this.#pipes.set(id, kept)
    kept.pipe.then(({ producer }) => producer.observer.once('close', forget), forget)
    return (await kept.pipe).producer
  }

  async #openPipe(producerId: string): Promise<PipeIn> {
    const { ask, home, showId, pipeIp } = this.#deps
    const { ingest } = await this.#openMedia()
    const opened = await openPipeIn(ingest, pipeIp, (end) =>
      ask.ask(home, pipe, { showId, producerId, end }),
    ).catch((error: unknown) => {
      const gone = error instanceof Fault && (error.code === 'not_found' || error.code === 'unavailable')
      throw gone ? notReady() : error
    })
    const now = this.#told.sent.find(({ id }) => id === producerId)
    if (now) await settlePause(opened.producer, now.paused)
    return opened
  }
}

async function settlePause(producer: Producer, paused: boolean): Promise<void> {
  if (producer.closed || producer.paused === paused) return
  await (paused ? producer.pause() : producer.resume())
}
