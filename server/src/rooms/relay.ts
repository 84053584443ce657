import { type DownOf, isOfClass, parseDown } from '@shelfcast/shared/protocol/down.ts'
import * as z from 'zod/mini'
import type { Limits } from '../config.ts'
import type { Bus } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Drops } from './drops.ts'
import { encodeEvent, encodeEvents, Outgoing } from './outgoing.ts'
import type { RoomEvent } from './room.ts'

/** What one node says to the others of a room. Several events travel in one message. */
const message = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('events'),
    /** Each with how far the database had come when it was read, where that matters. */
    events: z.array(z.tuple([z.unknown(), z.int()])),
  }),
  z.strictObject({ is: z.literal('tell'), personId: z.string(), event: z.unknown() }),
  z.strictObject({ is: z.literal('evict'), personId: z.string() }),
  z.strictObject({ is: z.literal('likes'), total: z.int() }),
  /** The node has opened the room, or hears it again. */
  z.strictObject({ is: z.literal('here') }),
])
type Message = z.infer<typeof message>

/** What is heard from other nodes. */
export interface RelayHandlers {
  event(showId: string, event: RoomEvent, asOf: number): void
  tell(showId: string, personId: string, event: DownOf<'personal'>): void
  evict(showId: string, personId: string): void
  likes(showId: string, total: number): void
}

interface RelayDeps {
  bus: Bus
  /** Asks for a `flush` within the present window. */
  wantsFlush(waiting: Outgoing): void
  clock: Clock
  log: Log
  drops: Pick<Drops, 'add'>
  limits: Limits['rooms']
  displayPerS(showId: string): number
  /** Whether viewers of the show are known on other nodes. */
  isHeard(showId: string): boolean
}

const channelOf = (showId: string): string => `room:{${showId}}`

/**
 * Carries a room's events to the other nodes that have viewers in it, each once. State goes at once and only where
 * the bus is whole: the others find it in the log within `headPollMs`. Gifts, latest values and what is personal wait
 * until the bus takes them. Chat is batched a flush, cut to the display rate (nobody would show more), and shed while
 * the bus is not whole. Where the room's last message, less than a second ago, was heard by no other node, chat stays
 * here; all else goes out and tells whether that is still so, and a node that begins to listen says so at once.
 */
export class Relay {
  readonly #deps: RelayDeps
  readonly #outgoing = new Map<string, Outgoing>()

  constructor(deps: RelayDeps) {
    this.#deps = deps
  }

  /** Begins to hear a room; what comes is parsed, and passed over where it is not understood. */
  async open(showId: string, handlers: RelayHandlers): Promise<void> {
    await this.#deps.bus.subscribe(channelOf(showId), (text) => this.#heard(showId, text, handlers))
    this.here(showId)
  }

  /** Tells the others that this node hears the room, now or again. */
  here(showId: string): void {
    void this.#send(showId, encode({ is: 'here' }))
  }

  close(showId: string): void {
    this.#deps.bus.unsubscribe(channelOf(showId))
  }

  publish(showId: string, event: RoomEvent, asOf: number): void {
    if (isOfClass(event, 'state')) void this.#send(showId, encodeEvents([encodeEvent(event, asOf)]))
    else this.#of(showId).add(event, asOf)
  }

  tell(showId: string, personId: string, event: DownOf<'personal'>): void {
    this.#of(showId).addPersonal(encode({ is: 'tell', personId, event }))
  }

  evict(showId: string, personId: string): void {
    this.#of(showId).addPersonal(encode({ is: 'evict', personId }))
  }

  likes(showId: string, total: number): void {
    void this.#send(showId, encode({ is: 'likes', total }))
  }

  /** Forgets the rooms to which nothing was said for a while. */
  sweep(): void {
    for (const [showId, waiting] of this.#outgoing) if (waiting.isIdle) this.#outgoing.delete(showId)
  }

  /** Sends what waits, once more. */
  async flushAll(): Promise<void> {
    await Promise.all([...this.#outgoing.values()].map((waiting) => waiting.flush()))
  }

  #of(showId: string): Outgoing {
    const found = this.#outgoing.get(showId)
    if (found) return found
    const { bus, drops } = this.#deps
    const made = new Outgoing({
      ...this.#deps,
      send: (text) => this.#send(showId, text),
      isWhole: () => bus.isWhole,
      bytesMax: bus.messageBytesMax,
      displayPerS: () => this.#deps.displayPerS(showId),
      isHeard: () => this.#deps.isHeard(showId),
      dropped: (cls, reason, events) => drops.add(showId, cls, reason, events),
    })
    this.#outgoing.set(showId, made)
    return made
  }

  /** @returns false where the message was not taken */
  async #send(showId: string, text: string): Promise<boolean> {
    const sentAt = performance.now()
    const others = await this.#deps.bus.publish(channelOf(showId), text)
    this.#outgoing.get(showId)?.heardBy(others, sentAt)
    return others !== null
  }

  #heard(showId: string, text: string, handlers: RelayHandlers): void {
    const parsed = parseMessage(text)
    if (!parsed) {
      this.#deps.log.warn({ showId }, 'a message of another node was not understood')
      return
    }
    if (parsed.is === 'evict') handlers.evict(showId, parsed.personId)
    else if (parsed.is === 'likes') handlers.likes(showId, parsed.total)
    else if (parsed.is === 'here') this.#of(showId).joined()
    else if (parsed.is === 'tell') {
      const event = parseDown(parsed.event)
      if (event && isOfClass(event, 'personal')) handlers.tell(showId, parsed.personId, event)
    } else for (const [value, asOf] of parsed.events) this.#heardEvent(showId, value, asOf, handlers)
  }

  #heardEvent(showId: string, value: unknown, asOf: number, handlers: RelayHandlers): void {
    const event = parseDown(value)
    if (!event || isOfClass(event, 'personal')) return
    // Chat that comes while a stall is caught up with is old.
    if (isOfClass(event, 'chat') && !this.#deps.bus.isWhole)
      this.#deps.drops.add(showId, 'chat', 'bus_late', 1)
    else handlers.event(showId, event, asOf)
  }
}

const encode = (one: Message): string => JSON.stringify(one)

function parseMessage(text: string): Message | null {
  try {
    const parsed = message.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
