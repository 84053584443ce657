import { chatRankOf, type Down, type DownOf, giftIdOf, isOfClass } from '@shelfcast/shared/protocol/down.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { ChatQueue } from './chatQueue.ts'
import { keyOf } from './sideQueue.ts'

interface OutgoingDeps {
  /** Sends a message to the other nodes. False where it was not taken. */
  send(text: string): Promise<boolean>
  isWhole(): boolean
  /** So many lines were given up. */
  shed(lines: number): void
  /** Asks for a `flush` within the present window. */
  wantsFlush(waiting: Outgoing): void
  clock: Clock
  limits: Limits['rooms']
  displayPerS: number
}

/** How long what the bus did not take waits before it is tried again. */
const AGAIN_MS = 250
/** Longer than the display rate needs to be whole again. */
const IDLE_MS = 5000
/** Events a message, so that it stays far below what the bus takes. */
const EVENTS_A_MESSAGE = 100

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

  constructor(deps: OutgoingDeps) {
    this.#deps = deps
    const now = deps.clock.now()
    this.#chat = new ChatQueue({ displayPerS: deps.displayPerS, pendingMax: deps.limits.chatQueueMax }, now)
    this.#usedAt = now
  }

  get isIdle(): boolean {
    return this.#isEmpty() && !this.#isSending && this.#deps.clock.now() - this.#usedAt > IDLE_MS
  }

  /** @returns how many events were dropped for it, itself included: 0 or 1 */
  add(event: DownOf<'latest' | 'gift' | 'chat'>, asOf: number): number {
    this.#usedAt = this.#deps.clock.now()
    const dropped = this.#take(event, asOf)
    this.#deps.wantsFlush(this)
    return dropped
  }

  addPersonal(text: string): void {
    if (this.#personal.length >= this.#deps.limits.personalQueueMax) this.#personal.shift()
    this.#personal.push(text)
    this.#deps.wantsFlush(this)
  }

  /** One message for all that waits, as a rule; what the bus does not take waits on, but for chat. */
  async flush(): Promise<void> {
    if (this.#isSending) return
    if (!this.#deps.isWhole()) {
      this.#holdBack()
      return
    }
    const { shown } = this.#chat.take(this.#deps.clock.now())
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
    const taken = await Promise.all([...personal, ...messagesOf(events)].map((text) => this.#deps.send(text)))
    this.#isSending = false
    if (taken.every(Boolean)) {
      if (!this.#isEmpty()) this.#deps.wantsFlush(this)
      return
    }
    this.#takeBack(gifts, latest, personal)
    this.#holdBack()
  }

  #take(event: DownOf<'latest' | 'gift' | 'chat'>, asOf: number): number {
    if (isOfClass(event, 'chat')) return this.#chat.push(chatRankOf(event), JSON.stringify(event))
    if (isOfClass(event, 'latest')) {
      this.#setLatest(keyOf(event), [encodeEvent(event, asOf), asOf])
      return 0
    }
    if (this.#gifts.size >= this.#deps.limits.giftQueueMax) return 1
    this.#gifts.set(giftIdOf(event), encodeEvent(event, 0))
    return 0
  }

  #setLatest(key: string, one: Latest): void {
    const known = this.#latest.get(key)
    if (!known && this.#latest.size >= this.#deps.limits.latestKeysMax) return
    if (!known || known[1] <= one[1]) this.#latest.set(key, one)
  }

  /** The others know gifts by their ids and values by their age, so a second time does no harm. */
  #takeBack(
    gifts: readonly [string, string][],
    latest: readonly [string, Latest][],
    personal: readonly string[],
  ): void {
    for (const [giftId, text] of gifts) this.#gifts.set(giftId, text)
    for (const [key, one] of latest) if (!this.#latest.has(key)) this.#setLatest(key, one)
    this.#personal = [...personal, ...this.#personal].slice(-this.#deps.limits.personalQueueMax)
  }

  #holdBack(): void {
    const { shown, dropped } = this.#chat.take(this.#deps.clock.now())
    if (shown.length + dropped > 0) this.#deps.shed(shown.length + dropped)
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

function* messagesOf(events: readonly string[]): Generator<string> {
  for (let from = 0; from < events.length; from += EVENTS_A_MESSAGE)
    yield encodeEvents(events.slice(from, from + EVENTS_A_MESSAGE))
}
