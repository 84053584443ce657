import { CHAT_ROLES } from '@shelfcast/shared/protocol/parts.ts'
import { TokenBucket } from '../kernel/bucket.ts'

interface Pending {
  order: number
  json: string
}

export interface Taken {
  /** In the order in which the lines came. */
  shown: string[]
  dropped: number
}

/** Of the display rate's one-second burst, this part is kept for those who rank above a viewer. */
const RESERVE = 0.25

/**
 * The chat lines of a room's next frame. A room shows at most `displayPerS` lines a second, the same for all; above
 * it, lines of a lower rank go first. Bounded: past `pendingMax` the lowest rank makes room.
 */
export class ChatQueue {
  readonly #ranks: Pending[][] = CHAT_ROLES.map(() => [])
  readonly #bucket: TokenBucket
  #displayPerS: number
  readonly #pendingMax: number
  #size = 0
  #order = 0

  constructor(limits: { displayPerS: number; pendingMax: number }, now: number) {
    this.#bucket = new TokenBucket(limits.displayPerS, limits.displayPerS / 1000, now)
    this.#displayPerS = limits.displayPerS
    this.#pendingMax = limits.pendingMax
  }

  get size(): number {
    return this.#size
  }

  /** Shows so many lines a second from now on. */
  setRate(displayPerS: number, now: number): void {
    if (displayPerS === this.#displayPerS) return
    this.#displayPerS = displayPerS
    this.#bucket.resize(displayPerS, displayPerS / 1000, now)
  }

  /** @returns how many lines were dropped for it, itself included: 0 or 1 */
  push(rank: number, json: string): number {
    let dropped = 0
    if (this.#size >= this.#pendingMax) {
      const lowest = this.#ranks.findIndex((lines) => lines.length > 0)
      if (lowest >= rank) return 1
      this.#ranks[lowest]!.shift()
      this.#size--
      dropped = 1
    }
    this.#ranks[rank]!.push({ order: this.#order++, json })
    this.#size++
    return dropped
  }

  /** Empties the queue: the lines to show now, and how many are not shown at all. */
  take(now: number): Taken {
    const reserve = Number.isFinite(this.#displayPerS) ? Math.floor(this.#displayPerS * RESERVE) : 0
    const shown: Pending[] = []
    for (let rank = this.#ranks.length - 1; rank >= 0; rank--) {
      const floor = rank === 0 ? reserve : 0
      for (const line of this.#ranks[rank]!) if (this.#bucket.take(now, 1, floor)) shown.push(line)
      this.#ranks[rank] = []
    }
    const dropped = this.#size - shown.length
    this.#size = 0
    shown.sort((a, b) => a.order - b.order)
    return { shown: shown.map((line) => line.json), dropped }
  }
}
