import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { Limits } from '../config.ts'
import { frameOf, LANES, type Link, topicOf } from './transport.ts'

const RESYNC = frameOf([JSON.stringify({ t: 'resync' } satisfies Down)])

/** The room that a viewer is in, as much of it as a viewer needs. */
export interface ViewerRoom {
  readonly showId: string
  readonly limits: Limits['rooms']
  /** Something was sent to one viewer alone, or it fell behind: viewers are to be looked at. */
  watch(): void
  /** The viewer has the side lane again: it gets what it missed there. */
  sideRegained(viewer: Viewer): void
  toldToResync(): void
  leftBehind(): void
}

/** Who sits in a room. Hosts and moderators are not its audience, and nobody counts them. */
export interface Occupant {
  personId: string
  isAudience: boolean
}

/**
 * One viewer's place in a room. It has the first `width` of the room's lanes: 3 all of them, 2 no chat, 1 state
 * alone, 0 none. Lanes are taken away as unsent bytes pile up and given back when they are gone. A viewer with more
 * than `backpressureBytesMax`, or for whom the transport dropped a frame, has lost its place in the stream: it gets
 * nothing more, is told to resync as soon as it reads again, and is closed if it does not within `behindMsMax`.
 */
export class Viewer {
  occupant: Occupant
  readonly #link: Link
  readonly #room: ViewerRoom
  #width = 0
  /** Since when it has been waiting to be admitted again; null while it is in the stream. */
  #behindSince: number | null = null
  #resyncSent = false
  #isClosed = false

  constructor(room: ViewerRoom, occupant: Occupant, link: Link) {
    this.#room = room
    this.occupant = occupant
    this.#link = link
  }

  /** How many of the room's lanes it has. */
  get width(): number {
    return this.#width
  }

  /** Sends the frame that brings it up to date and puts it into the stream right behind it. */
  enter(frame: string, now: number): void {
    this.#behindSince = null
    this.#resyncSent = false
    this.#room.watch()
    if (this.#link.send(frame) === 'dropped') this.lost(now)
    else this.#setWidth(LANES.length)
  }

  /** Takes it out of the stream until it enters again. */
  pause(): void {
    this.#setWidth(0)
  }

  /** Sends something personal, outside the stream. */
  tell(frame: string, now: number): void {
    this.#room.watch()
    if (this.#link.send(frame) === 'dropped') this.lost(now)
  }

  /** From here on the viewer would see a stream with a hole, so it sees none. */
  lost(now: number): void {
    this.#setWidth(0)
    this.#behindSince ??= now
    this.#room.watch()
  }

  /**
   * Looks at the unsent bytes: gives and takes lanes, and deals with one that is behind.
   * @returns whether it has read all that was sent, so that it need not be looked at until more is
   */
  check(now: number): boolean {
    if (this.#isClosed) return true
    const bytes = this.#link.bufferedBytes()
    if (this.#behindSince !== null) this.#checkBehind(bytes, now, this.#behindSince)
    else if (this.#width > 0 && bytes > this.#room.limits.backpressureBytesMax) this.lost(now)
    else if (this.#width > 0) this.#checkLanes(bytes)
    return bytes === 0 && this.#behindSince === null && (this.#width === 0 || this.#width === LANES.length)
  }

  close(code: Parameters<Link['close']>[0]): void {
    this.#isClosed = true
    this.#link.close(code)
  }

  #checkLanes(bytes: number): void {
    const { chatShedBytes, sideShedBytes } = this.#room.limits
    const allowed = bytes > sideShedBytes ? 1 : bytes > chatShedBytes ? 2 : LANES.length
    if (allowed < this.#width) this.#setWidth(allowed)
    // Lanes come back well below the mark, so that they do not come and go with every frame.
    if (this.#width === LANES.length || bytes > chatShedBytes / 2) return
    const regained = this.#width < 2
    this.#setWidth(LANES.length)
    if (regained) this.#room.sideRegained(this)
  }

  #checkBehind(bytes: number, now: number, since: number): void {
    if (now - since > this.#room.limits.behindMsMax) {
      this.#room.leftBehind()
      this.close('too_slow')
    } else if (!this.#resyncSent && bytes <= this.#room.limits.chatShedBytes / 2) {
      this.#resyncSent = this.#link.send(RESYNC) !== 'dropped'
      if (this.#resyncSent) this.#room.toldToResync()
    }
  }

  #setWidth(width: number): void {
    for (let i = this.#width; i < width; i++) this.#link.subscribe(topicOf(this.#room.showId, LANES[i]!))
    for (let i = this.#width; i > width; i--)
      this.#link.unsubscribe(topicOf(this.#room.showId, LANES[i - 1]!))
    this.#width = width
  }
}
