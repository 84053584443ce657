import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import type { Snapshot } from '@shelfcast/shared/protocol/parts.ts'
import type { Clock } from '../kernel/clock.ts'

/** How to make what a viewer needs to draw a room; the domains that know are not the engine's business. */
export interface RoomView {
  /** The room as it is now, but for what the engine counts itself. */
  compose(): Promise<Omit<Snapshot, 'viewers' | 'likes'>>
  /** The latest values that a snapshot holds, as the events that would tell them. */
  latestOf(snapshot: Omit<Snapshot, 'viewers' | 'likes'>): DownOf<'latest'>[]
  /** The last gifts that it holds, as the events that told them, oldest first. */
  giftsOf(snapshot: Omit<Snapshot, 'viewers' | 'likes'>): DownOf<'gift'>[]
}

/** A snapshot, encoded once for all who get it. It holds at least everything up to `pos`. */
export interface EncodedSnapshot {
  pos: Position
  json: string
  latest: readonly DownOf<'latest'>[]
  gifts: readonly DownOf<'gift'>[]
  /** How many chat lines the room had heard when the build began: it may not hold those after them. */
  chatHeard: number
}

interface SnapshotsDeps {
  head(): Position
  counts(): Pick<Snapshot, 'viewers' | 'likes'>
  clock: Clock
  freshMs: number
  /** Chat lines kept for those who come after the snapshot that they get was made. */
  chatMax: number
}

/**
 * One build for all who ask while it is under way, and for those who come within `freshMs` while no state event
 * came. The position is read before anything else, so that nothing falls between the snapshot and the stream;
 * events that are in both change nothing the second time. Chat has no position: its lines are counted.
 */
export class Snapshots {
  readonly #deps: SnapshotsDeps
  #building: Promise<EncodedSnapshot> | null = null
  #built: { snapshot: EncodedSnapshot; at: number } | null = null
  #lastChat: string[] = []
  #chatHeard = 0

  constructor(deps: SnapshotsDeps) {
    this.#deps = deps
  }

  get(view: RoomView): Promise<EncodedSnapshot> {
    const { clock, freshMs } = this.#deps
    if (this.#built && clock.now() - this.#built.at < freshMs && this.#isAtHead(this.#built.snapshot)) {
      return Promise.resolve(this.#built.snapshot)
    }
    this.#building ??= this.build(view).finally(() => {
      this.#building = null
    })
    return this.#building
  }

  /** The room's viewers are shown these lines. */
  heardChat(lines: readonly string[]): void {
    this.#chatHeard += lines.length
    this.#lastChat = [...this.#lastChat, ...lines].slice(-this.#deps.chatMax)
  }

  /** The last of the lines that a snapshot may not hold. */
  chatSince({ chatHeard }: EncodedSnapshot): readonly string[] {
    const since = Math.min(this.#chatHeard - chatHeard, this.#lastChat.length)
    return this.#lastChat.slice(this.#lastChat.length - since)
  }

  /** Makes one whose every part is read from now on. */
  async build(view: RoomView): Promise<EncodedSnapshot> {
    const pos = this.#deps.head()
    const chatHeard = this.#chatHeard
    const parts = await view.compose()
    const full: Snapshot = { ...parts, ...this.#deps.counts() }
    const [latest, gifts] = [view.latestOf(parts), view.giftsOf(parts)]
    const snapshot = { pos, json: JSON.stringify(full), latest, gifts, chatHeard }
    this.#built = { snapshot, at: this.#deps.clock.now() }
    return snapshot
  }

  #isAtHead({ pos }: EncodedSnapshot): boolean {
    const head = this.#deps.head()
    return pos[0] === head[0] && pos[1] === head[1]
  }
}
