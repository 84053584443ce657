import { mainTile } from '@shelfcast/shared/layout.ts'
import type { SeatView, StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import type { Producer, Router } from 'mediasoup/types'
import type { Log } from '../kernel/log.ts'
import type { Sent } from './audience.ts'
import { LOOPBACK } from './ports.ts'
import { createQueue } from './queue.ts'

/** The other show of a battle. */
export interface RivalOnStage {
  readonly showId: string
  /** Stands for its host's name while nobody is there. */
  readonly title: string
}

/** A show as this node has it: its stage, or a branch that follows its home. */
export interface RivalSource {
  readonly live: boolean
  readonly layout: StageLayout
  /** What it sends by this id, and the router on this node that it comes to. @throws where it is sent no more */
  sending(
    producerId: string,
  ): { router: Router; producer: Producer } | Promise<{ router: Router; producer: Producer }>
}

interface RivalSeatDeps extends RivalOnStage {
  /** @throws where the rival is not seen at present */
  source(): Promise<RivalSource>
  /** Of the show that this seat is on; null while nobody is on its stage. */
  router(): Router | null
  changed(): void
  log: Log
}

/** What is sent of the rival: ids of its host's own producers. */
interface Picture {
  readonly name: string
  readonly video: string | null
  readonly audio: string | null
  readonly muted: boolean
}

/**
 * The seat of a rival on a show's stage: its main picture and what its host says, piped to the router that this show's
 * own hosts send to, so that every viewer gets them as those of one host more. It is filled anew whenever the rival's
 * stage changes, and looked after every second; what the rival sends is left alone.
 */
export class RivalSeat {
  readonly showId: string
  readonly #deps: RivalSeatDeps
  readonly #queue = createQueue()
  /** What came by pipe, by the ids of the rival's own producers. */
  readonly #mirrors = new Map<string, Producer>()
  #picture: Picture | null = null
  #told: string
  #waiting = false
  #closed = false

  constructor(deps: RivalSeatDeps) {
    this.#deps = deps
    this.showId = deps.showId
    this.#told = JSON.stringify(this.sent)
  }

  /** Under the show's id: the same person may host both. */
  get view(): SeatView {
    const here = (id: string | null | undefined): string | null => (id && this.#mirrors.has(id) ? id : null)
    return {
      personId: this.showId,
      name: this.#picture?.name ?? this.#deps.title,
      camera: here(this.#picture?.video),
      microphone: here(this.#picture?.audio),
      screen: null,
      muted: this.#picture?.muted ?? false,
    }
  }

  get sent(): Sent[] {
    const { camera, microphone } = this.view
    return [...this.#sentAs('camera', camera), ...this.#sentAs('microphone', microphone)]
  }

  find(producerId: string): Producer | undefined {
    return this.#mirrors.get(producerId)
  }

  /** Brings what is here to what the rival shows, once for all who ask meanwhile. */
  settle(): void {
    if (this.#waiting || this.#closed) return
    this.#waiting = true
    this.#queue(() => this.#settle()).catch((error) =>
      this.#deps.log.warn({ err: error, rivalId: this.showId }, 'a rival is not seen'),
    )
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true
    for (const mirror of [...this.#mirrors.values()]) mirror.close()
  }

  async #settle(): Promise<void> {
    this.#waiting = false
    const source = await this.#deps.source().catch(() => null)
    const picture = source?.live ? pictureOf(source.layout) : null
    const wanted = [picture?.video, picture?.audio].filter((id) => typeof id === 'string')
    for (const [id, mirror] of [...this.#mirrors]) if (!wanted.includes(id)) mirror.close()
    this.#picture = picture
    const router = this.#deps.router()
    try {
      if (source && router) await Promise.all(wanted.map((id) => this.#mirror(source, id, router)))
    } finally {
      this.#tell()
    }
  }

  async #mirror(source: RivalSource, id: string, router: Router): Promise<void> {
    const from = await source.sending(id)
    if (this.#mirrors.has(id) || this.#closed) return
    // Both routers may share a worker, where ids must differ: let mediasoup make a new one.
    const { pipeProducer } = await from.router.pipeToRouter({
      producerId: from.producer.id,
      router,
      keepId: false,
      enableSctp: false,
      listenInfo: LOOPBACK,
    })
    if (!pipeProducer) throw new Error('mediasoup piped no producer')
    this.#mirrors.set(id, pipeProducer)
    pipeProducer.observer.once('close', () => {
      if (this.#mirrors.get(id) === pipeProducer) this.#mirrors.delete(id)
      this.#tell()
    })
    for (const event of ['pause', 'resume'] as const) pipeProducer.observer.on(event, () => this.#tell())
    if (this.#closed) pipeProducer.close()
  }

  #tell(): void {
    const now = JSON.stringify([this.view, this.sent])
    if (this.#closed || now === this.#told) return
    this.#told = now
    this.#deps.changed()
  }

  #sentAs(source: Sent['source'], id: string | null): Sent[] {
    const mirror = id && this.#mirrors.get(id)
    return mirror ? [{ id, personId: this.showId, source, paused: mirror.paused }] : []
  }
}

function pictureOf(layout: StageLayout): Picture | null {
  const main = mainTile(layout)
  if (!main) return null
  const { name, microphone, muted } = main.seat
  return { name, video: main.seat[main.source], audio: microphone, muted }
}
