import type { PipeTransport } from 'mediasoup/types'
import type { Ask } from '../../kernel/ask.ts'
import { found } from '../../kernel/errors.ts'
import type { StageLimits } from '../limits.ts'
import { stageFull } from '../media.ts'
import type { ShowStage } from '../show.ts'
import { openPipeOut } from './pipe.ts'
import { type PipeEnd, type PipeOffer, programme, type Told } from './wire.ts'

interface Follower {
  /** When it asked last (`performance.now()`). */
  heardAt: number
  /** By the ids of producers. */
  readonly pipes: Map<string, PipeTransport>
}

interface FollowersDeps {
  stage: Pick<ShowStage, 'showId' | 'live' | 'layout' | 'sent' | 'sending'>
  fence: number
  ask: Ask
  pipeIp: string
  /** Pipes from this node, of all shows. */
  pipesOut(): number
  limits: Pick<StageLimits, 'pipesMax' | 'followMs'>
}

/** The other nodes that show what is on this stage: they are told of every change, and get what they ask for by pipe. */
export class Followers {
  readonly #deps: FollowersDeps
  readonly #followers = new Map<string, Follower>()
  #opening = 0
  #version = 0
  #telling = false

  constructor(deps: FollowersDeps) {
    this.#deps = deps
  }

  /** Those that are about to open count too, so that a rush cannot overfill. */
  get pipes(): number {
    return [...this.#followers.values()].reduce((sum, { pipes }) => sum + pipes.size, this.#opening)
  }

  has(node: string): boolean {
    return this.#followers.has(node)
  }

  follow(node: string): Told {
    const known = this.#followers.get(node)
    if (known) known.heardAt = performance.now()
    else this.#followers.set(node, { heardAt: performance.now(), pipes: new Map() })
    return this.#told()
  }

  /** Closes the node's pipes. Idempotent. */
  unfollow(node: string): void {
    const follower = this.#followers.get(node)
    this.#followers.delete(node)
    for (const transport of follower?.pipes.values() ?? []) transport.close()
  }

  /** @throws Fault `not_found` for who does not follow and for what is sent no more, `stage_full` */
  async pipe(node: string, producerId: string, to: PipeEnd): Promise<PipeOffer> {
    const { stage, pipeIp, pipesOut, limits } = this.#deps
    const { pipes } = found(this.#followers.get(node))
    pipes.get(producerId)?.close() // the other node has lost its end
    if (pipesOut() >= limits.pipesMax) throw stageFull()
    const { router, producer } = stage.sending(producerId)
    this.#opening++
    const opened = openPipeOut(router, producer, pipeIp, to)
    const { transport, offer } = await opened.finally(() => this.#opening--)
    pipes.get(producerId)?.close()
    pipes.set(producerId, transport)
    transport.observer.once('close', () => {
      if (pipes.get(producerId) === transport) pipes.delete(producerId)
    })
    if (this.#followers.get(node)?.pipes !== pipes) transport.close()
    return offer
  }

  /** Something has changed: all are told, once for all changes of a moment. What gets lost they ask for themselves. */
  tell(): void {
    if (this.#telling || this.#followers.size === 0) return
    this.#telling = true
    setImmediate(() => {
      this.#telling = false
      const told = this.#told()
      for (const node of this.#followers.keys()) this.#say(node, told)
    })
  }

  /** Drops who has not asked for long and, asked itself, does not follow. */
  sweep(): void {
    const since = performance.now() - this.#deps.limits.followMs
    for (const [node, { heardAt }] of this.#followers) {
      if (heardAt < since) this.#say(node, this.#told())
    }
  }

  /** The home is elsewhere, or the show is over. */
  close(): void {
    for (const node of [...this.#followers.keys()]) {
      this.#say(node, null)
      this.unfollow(node)
    }
  }

  #say(node: string, told: Told | null): void {
    const { ask, stage } = this.#deps
    ask.ask(node, programme, { showId: stage.showId, told }).then(
      ({ follows }) => {
        if (!follows) this.unfollow(node)
      },
      () => {}, // one that is gone is noticed by its lease
    )
  }

  #told(): Told {
    const { stage, fence } = this.#deps
    const { live, layout, sent } = stage
    return { fence, version: ++this.#version, live, layout, sent }
  }
}
