import {
  chatRankOf,
  type Down,
  type DownOf,
  deliveryClassOf,
  giftIdOf,
  isOfClass,
} from '@shelfcast/shared/protocol/down.ts'
import type { DeliveryClass } from '@shelfcast/shared/protocol/message.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { ChatQueue } from './chatQueue.ts'
import type { DropReason } from './drops.ts'
import { keyOf } from './sideQueue.ts'

interface OutgoingDeps {
  /** Sends a message to the other nodes. False where it was not taken. */
  send(text: string): Promise<boolean>
  isWhole(): boolean
  /** What a message may hold at most. */
  bytesMax: number
  /** Whether somebody is known to watch on another node. */
  isHeard(): boolean
  dropped(cls: DeliveryClass, reason: DropReason, events: number): void
  /** Asks for a `flush` within the present window. */
  wantsFlush(waiting: Outgoing): void
  clock: Clock
  limits: Limits['rooms']
  displayPerS(): number
}

/** How long what the bus did not take waits before it is tried again. */
const AGAIN_MS = 250
/** Longer than the display rate needs to be whole again. */
const IDLE_MS = 5000
/** So long after a message that no other node heard, chat is taken to be nobody's loss. */
const ALONE_MS = 1000
/** Of what the bus takes, this part is filled with events. */
const FILLED = 0.5

type Latest = readonly [text: string, asOf: number]

/** What waits to be sent to the other nodes of one room. Bounded by class. */
export class Outgoing {
  readonly #deps: OutgoingDeps
  readonly #chat: ChatQueue
  readonly #gifts = new Map<string, string>()
  readonly #latest = new Map<string, Latest>()
  #personal: string[] = []
  #isSending = false
  #usedAt: number
  /** Until when no other node is taken to listen, and when one last said that it does, on a clock that only runs forward. */
  #aloneUntil = Number.NEGATIVE_INFINITY
  #joinedAt = Number.NEGATIVE_INFINITY

  constructor(deps: OutgoingDeps) {
    this.#deps = deps
    const now = deps.clock.now()
    this.#chat = new ChatQueue({ displayPerS: deps.displayPerS(), pendingMax: deps.limits.chatQueueMax }, now)
    this.#usedAt = now
  }

  get isIdle(): boolean {
    return this.#isEmpty() && !this.#isSending && this.#deps.clock.now() - this.#usedAt > IDLE_MS
  }

  add(event: DownOf<'latest' | 'gift' | 'chat'>, asOf: number): void {
    this.#usedAt = this.#deps.clock.now()
    if (this.#isAlone && isOfClass(event, 'chat')) return
    const reason = this.#take(event, asOf)
    if (reason) this.#deps.dropped(deliveryClassOf(event), reason, 1)
    this.#deps.wantsFlush(this)
  }

  /**
   * So many other nodes heard a message of the room, whatever it was; null where that is not known. What is counted of
   * before a node said that it listens is not believed: the two come on different connections, in any order.
   * @param sentAt of `performance.now()`
   */
  heardBy(others: number | null, sentAt: number): void {
    const isAlone = others === 0 && sentAt > this.#joinedAt
    this.#aloneUntil = isAlone ? sentAt + ALONE_MS : Number.NEGATIVE_INFINITY
  }

  /** Another node says that it listens. */
  joined(): void {
    this.#joinedAt = performance.now()
    this.#aloneUntil = Number.NEGATIVE_INFINITY
  }

  addPersonal(text: string): void {
    if (text.length > this.#deps.bytesMax) this.#deps.dropped('personal', 'bus_too_long', 1)
    else this.#setPersonal([...this.#personal, text])
    this.#deps.wantsFlush(this)
  }

  /** One message for all that waits, as a rule; what the bus does not take waits on, but for chat. */
  async flush(): Promise<void> {
    if (this.#isSending) return
    if (!this.#deps.isWhole()) {
      this.#holdBack()
      return
    }
    this.#chat.setRate(this.#deps.displayPerS(), this.#deps.clock.now())
    const { shown, dropped } = this.#chat.take(this.#deps.clock.now())
    if (dropped > 0 && this.#deps.isHeard()) this.#deps.dropped('chat', 'bus_rate', dropped)
    const gifts = [...this.#gifts]
    const latest = [...this.#latest]
    const personal = this.#personal
    this.#gifts.clear()
    this.#latest.clear()
    this.#personal = []
    const events = [
      ...gifts.map(([, text]) => text),
      ...latest.map(([, [text]]) => text),
      ...shown.map((json) => pair(json, 0)),
    ]
    this.#isSending = true
    const taken = await Promise.all(
      [...personal, ...messagesOf(events, this.#deps.bytesMax * FILLED)].map((text) => this.#deps.send(text)),
    )
    this.#isSending = false
    if (taken.every(Boolean)) {
      if (!this.#isEmpty()) this.#deps.wantsFlush(this)
      return
    }
    this.#takeBack(gifts, latest, personal)
    if (shown.length > 0) this.#deps.dropped('chat', 'bus_away', shown.length)
    this.#holdBack()
  }

  /** Whoever is known to watch elsewhere counts too: a shard that fails over may have left its node out of the count. */
  get #isAlone(): boolean {
    return performance.now() < this.#aloneUntil && !this.#deps.isHeard()
  }

  /** @returns why an event is dropped, it or one of its class that made room for it; null where none is */
  #take(event: DownOf<'latest' | 'gift' | 'chat'>, asOf: number): DropReason | null {
    const json = JSON.stringify(event)
    if (json.length > this.#deps.bytesMax * FILLED) return 'bus_too_long'
    if (isOfClass(event, 'chat'))
      return this.#chat.push(chatRankOf(event), json) > 0 ? 'bus_queue_full' : null
    if (isOfClass(event, 'latest')) return this.#setLatest(keyOf(event), [pair(json, asOf), asOf])
    if (this.#gifts.size >= this.#deps.limits.giftQueueMax) return 'bus_queue_full'
    this.#gifts.set(giftIdOf(event), pair(json, 0))
    return null
  }

  #setLatest(key: string, one: Latest): DropReason | null {
    const known = this.#latest.get(key)
    if (!known && this.#latest.size >= this.#deps.limits.latestKeysMax) return 'bus_queue_full'
    if (!known || known[1] <= one[1]) this.#latest.set(key, one)
    return null
  }

  /** The newest of them. */
  #setPersonal(texts: readonly string[]): void {
    const tooMany = texts.length - this.#deps.limits.personalQueueMax
    if (tooMany > 0) this.#deps.dropped('personal', 'bus_queue_full', tooMany)
    this.#personal = tooMany > 0 ? texts.slice(tooMany) : [...texts]
  }

  /** The others know gifts by their ids and values by their age, so a second time does no harm. */
  #takeBack(
    gifts: readonly [string, string][],
    latest: readonly [string, Latest][],
    personal: readonly string[],
  ): void {
    for (const [giftId, text] of gifts) this.#gifts.set(giftId, text)
    for (const [key, one] of latest) {
      const reason = this.#latest.has(key) ? null : this.#setLatest(key, one)
      if (reason) this.#deps.dropped('latest', reason, 1)
    }
    this.#setPersonal([...personal, ...this.#personal])
  }

  #holdBack(): void {
    const { shown, dropped } = this.#chat.take(this.#deps.clock.now())
    if (shown.length + dropped > 0) this.#deps.dropped('chat', 'bus_away', shown.length + dropped)
    if (!this.#isEmpty()) setTimeout(() => this.#deps.wantsFlush(this), AGAIN_MS).unref()
  }

  #isEmpty(): boolean {
    return this.#chat.size + this.#gifts.size + this.#latest.size + this.#personal.length === 0
  }
}

const pair = (json: string, asOf: number): string => `[${json},${asOf}]`

/** An event as it travels between nodes, with how far the database had come when it was read. */
export const encodeEvent = (event: Down, asOf: number): string => pair(JSON.stringify(event), asOf)

export const encodeEvents = (events: readonly string[]): string =>
  `{"is":"events","events":[${events.join(',')}]}`

/** As few messages as hold the events in about so many bytes each. */
function* messagesOf(events: readonly string[], bytes: number): Generator<string> {
  let message: string[] = []
  let size = 0
  for (const event of events) {
    if (size > 0 && size + event.length > bytes) {
      yield encodeEvents(message)
      message = []
      size = 0
    }
    message.push(event)
    size += event.length
  }
  if (size > 0) yield encodeEvents(message)
}
