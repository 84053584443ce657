import type { Room, RoomEvent } from './room.ts'

/** A room that is open, or being opened; events that come while it is are kept for it. */
interface Entry {
  room: Room | null
  opening: Promise<Room>
  early: { event: RoomEvent; asOf: number }[]
  /** Viewers in it or on their way in. */
  holders: number
}

/** A claim on a room: it stays open until all its claims are released. */
export interface Hold {
  readonly room: Promise<Room>
  /** Idempotent. */
  release(): void
}

export interface RoomTableDeps {
  /** Events that are kept for a room while it is being opened. */
  earlyMax: number
  /** Called for each event that found no place among them. */
  earlyLost(showId: string, event: RoomEvent): void
  /** Makes a room at the head of its log. */
  open(tenantId: string, showId: string): Promise<Room>
  /** The last holder is gone; `room` is null where it never came to be. */
  closed(showId: string, room: Room | null): void
}

/**
 * The open rooms of this process, and the one place where they are made: a room is opened for its first holder,
 * however many ask at once, and dropped with its last.
 */
export class RoomTable {
  readonly #deps: RoomTableDeps
  readonly #entries = new Map<string, Entry>()

  constructor(deps: RoomTableDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#entries.size
  }

  get(showId: string): Room | null {
    return this.#entries.get(showId)?.room ?? null
  }

  rooms(): Room[] {
    return [...this.#entries.values()].flatMap(({ room }) => (room ? [room] : []))
  }

  /** Gives the event to the show's room, now or as soon as it is open; where nobody is, it is nobody's loss. */
  publish(showId: string, event: RoomEvent, asOf: number): void {
    const entry = this.#entries.get(showId)
    if (!entry) return
    if (entry.room) entry.room.publish(event, asOf)
    else if (entry.early.length < this.#deps.earlyMax) entry.early.push({ event, asOf })
    else this.#deps.earlyLost(showId, event)
  }

  hold(tenantId: string, showId: string): Hold {
    const entry = this.#entries.get(showId) ?? this.#add(tenantId, showId)
    entry.holders++
    let held = true
    return {
      room: entry.opening,
      release: () => {
        if (held) this.#release(showId, entry)
        held = false
      },
    }
  }

  #add(tenantId: string, showId: string): Entry {
    const opening = this.#deps.open(tenantId, showId).then((room) => {
      for (const { event, asOf } of entry.early.splice(0)) room.publish(event, asOf)
      entry.room = room
      return room
    })
    const entry: Entry = { room: null, opening, early: [], holders: 0 }
    this.#entries.set(showId, entry)
    return entry
  }

  #release(showId: string, entry: Entry): void {
    entry.holders--
    if (entry.holders > 0) return
    this.#entries.delete(showId)
    this.#deps.closed(showId, entry.room)
  }
}
