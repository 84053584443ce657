import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { Down, StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import type { ChatLine, Me } from '@shelfcast/shared/protocol/parts.ts'
import { PROTOCOL_VERSION } from '@shelfcast/shared/protocol/version.ts'
import { Backoff } from './backoff.ts'
import { ServerClock } from './clock.ts'
import { FINAL_CLOSES, FULL_CLOSE, RoomRefused, TICKET_ATTEMPTS, TICKET_CLOSE } from './refusals.ts'
import { Requests } from './requests.ts'
import { Seen } from './seen.ts'
import { openSocket, platformSocket, type RoomSocket } from './socket.ts'
import { applyEvent } from './state.ts'
import { Timers } from './timers.ts'
import type { RoomConnection, RoomEvents, RoomOptions, RoomState, RoomStatus, SayResult } from './types.ts'

type DownMessage<T extends Down['t']> = Extract<Down, { t: T }>
type TimerName = 'retry' | 'join' | 'heartbeat' | 'answer' | 'sample' | 'likes' | 'stable' | 'move' | 'ticket'

const ANSWER_MS_MAX = 8000
const HEARTBEAT_MS = 20_000
const SAMPLES_AT_START = 5
const SAMPLE_EVERY_MS = 150
/** A connection that lasted so long starts the waits anew. */
const STABLE_MS = 5000
/** Until a room ticket is asked for over the socket, and when that failed. */
const TICKET_AFTER_MS = 5000
const TICKET_AGAIN_MS = 30_000
/** A ticket is renewed when this part of its life is over, and used while so much is left. */
const TICKET_RENEWED_AT = 0.6
const TICKET_MARGIN_MS = 3000
const LIKE_EVERY_MS = 1000
const LIKES_A_MESSAGE = 50
const LIKES_KEPT = 500
const SEEN_KEPT = 1000

/** See `RoomConnection` for what each part promises. */
export class Connection implements RoomConnection {
  readonly #options: RoomOptions
  readonly #answerMsMax: number
  readonly #listeners: { [E in keyof RoomEvents]: Set<(value: RoomEvents[E]) => void> } = {
    status: new Set(),
    state: new Set(),
    me: new Set(),
    chat: new Set(),
    tip: new Set(),
    event: new Set(),
  }
  readonly #clock = new ServerClock(() => performance.now())
  readonly #timers = new Timers<TimerName>()
  readonly #requests: Requests
  readonly #backoff: Backoff
  readonly #seenLines = new Seen(SEEN_KEPT)
  readonly #seenTips = new Seen(SEEN_KEPT)
  #socket: RoomSocket | null = null
  /** Rises with each attempt and with the end, so that what an older one awaited is not used. */
  #attempt = 0
  #ticketRefusals = 0
  /** Given over the socket for the next connection, so that a server that dies makes nobody ask for a ticket. */
  #ticket: { room: string; order: string | null; until: number } | null = null
  /** When a server that is busy or going away asked us to come again. */
  #moveAt: number | null = null
  #pos: Position | null = null
  /** Between `join` and `welcome` there is no place in the stream, and nothing numbered is taken. */
  #inStream = false
  #samplesLeft = 0
  #unsentLikes = 0
  #isClosed = false
  #status: RoomStatus = 'connecting'
  #state: RoomState | null = null
  #me: Me | null = null
  #refusal: ErrorCode | null = null

  constructor(options: RoomOptions) {
    this.#options = options
    this.#answerMsMax = options.answerMsMax ?? ANSWER_MS_MAX
    this.#requests = new Requests(this.#answerMsMax)
    this.#backoff = new Backoff(options.backoffMs ?? { first: 500, max: 15_000 })
    void this.#connect()
  }

  get status(): RoomStatus {
    return this.#status
  }

  get state(): RoomState | null {
    return this.#state
  }

  get me(): Me | null {
    return this.#me
  }

  get refusal(): ErrorCode | null {
    return this.#refusal
  }

  get orderTicket(): string | null {
    return this.#kept()?.order ?? null
  }

  on<E extends keyof RoomEvents>(event: E, listener: (value: RoomEvents[E]) => void): () => void {
    this.#listeners[event].add(listener)
    return () => this.#listeners[event].delete(listener)
  }

  serverNow(): number {
    return this.#clock.now()
  }

  async say(text: string): Promise<SayResult> {
    const answer = await this.#request((id) => ({ t: 'say', id, text }))
    if (answer?.ok && answer.line) {
      this.#take([{ t: 'chat', line: answer.line }]) // one's own line shows on the acknowledgement
      return { ok: true, line: answer.line }
    }
    const error = (answer?.error as ErrorCode | undefined) ?? 'timeout'
    return { ok: false, error, retryAfterMs: answer?.retryAfterMs ?? null }
  }

  like(count = 1): void {
    this.#unsentLikes = Math.min(LIKES_KEPT, this.#unsentLikes + count)
    if (this.#state) this.#setState({ ...this.#state, likes: this.#state.likes + count })
    if (!this.#timers.has('likes')) this.#sendLikes()
  }

  async refresh(): Promise<boolean> {
    const ticket = await this.#options.getTicket()
    this.#ticket = null // it says who one was
    const answer = await this.#request((id) => ({ t: 'refresh', id, ticket }))
    if (answer?.ok) await this.#renewTicket()
    return answer?.ok ?? false
  }

  close(): void {
    this.#isClosed = true
    this.#leave()
  }

  #isOver(): boolean {
    return this.#isClosed || this.#status === 'ended' || this.#status === 'refused'
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt
    let ticket: string
    try {
      ticket = this.#kept()?.room ?? (await this.#options.getTicket())
    } catch (error) {
      if (attempt !== this.#attempt) return
      if (error instanceof RoomRefused) this.#refuse(error.code)
      else this.#retry()
      return
    }
    if (attempt !== this.#attempt) return
    this.#timers.after('join', this.#answerMsMax, () => this.#lost())
    this.#socket = openSocket(this.#options.WebSocket ?? platformSocket(), this.#options.url, {
      opened: () => this.#join(ticket),
      events: (events) => this.#take(events),
      closed: (code) => this.#closed(code),
    })
  }

  /** Asks for a place in the stream: on a new connection with a ticket, on this one without. */
  #join(ticket?: string): void {
    this.#inStream = false
    this.#timers.after('join', this.#answerMsMax, () => this.#lost())
    this.#socket?.send({
      t: 'join',
      version: PROTOCOL_VERSION,
      ...(ticket === undefined ? {} : { ticket }),
      ...(this.#pos ? { resume: this.#pos } : {}),
    })
  }

  #closed(code: number): void {
    const refusal = FINAL_CLOSES[code]
    this.#ticketRefusals = code === TICKET_CLOSE ? this.#ticketRefusals + 1 : 0
    if (code === TICKET_CLOSE) this.#ticket = null
    if (refusal === 'show_ended') this.#end()
    else if (refusal) this.#refuse(refusal)
    else if (this.#ticketRefusals >= TICKET_ATTEMPTS) this.#refuse('ticket_invalid')
    else this.#lost(code === FULL_CLOSE ? 'full' : 'connecting')
  }

  /** The connection is gone, or as good as gone. */
  #lost(outside: RoomStatus = 'connecting'): void {
    const waitMs = this.#moveAt === null ? undefined : Math.max(0, this.#moveAt - performance.now())
    this.#leave()
    this.#retry(waitMs, outside)
  }

  /** A moment that the server named is one of our own already; else waits grow and are drawn at random. */
  #retry(waitMs = this.#backoff.nextMs(), outside: RoomStatus = 'connecting'): void {
    this.#setStatus(this.#state ? 'reconnecting' : outside)
    this.#timers.after('retry', waitMs, () => void this.#connect())
  }

  /** The tickets that can still be used. */
  #kept() {
    const kept = this.#ticket
    return kept && kept.until - performance.now() > TICKET_MARGIN_MS ? kept : null
  }

  async #renewTicket(): Promise<void> {
    const attempt = this.#attempt
    const answer = await this.#request((id) => ({ t: 'refresh', id }))
    if (attempt !== this.#attempt || !this.#inStream) return
    const { ticket, orderTicket = null, lifeMs = 0 } = answer ?? {}
    if (ticket !== undefined) {
      this.#ticket = { room: ticket, order: orderTicket, until: performance.now() + lifeMs }
    }
    this.#renewLater(ticket === undefined ? TICKET_AGAIN_MS : lifeMs * TICKET_RENEWED_AT)
  }

  #renewLater(ms: number): void {
    this.#timers.after('ticket', ms, () => void this.#renewTicket())
  }

  #refuse(code: ErrorCode): void {
    this.#leave()
    this.#refusal = code
    this.#setStatus('refused')
  }

  #end(): void {
    this.#leave()
    this.#setStatus('ended')
  }

  #leave(): void {
    this.#attempt++
    this.#inStream = false
    this.#moveAt = null
    this.#timers.clearAll()
    this.#requests.giveUp()
    this.#socket?.drop()
    this.#socket = null
  }

  async #request(message: Parameters<Requests['send']>[0]): Promise<DownMessage<'ack'> | null> {
    return this.#socket && this.#inStream ? this.#requests.send(message, this.#socket) : null
  }

  /** Takes one frame. Listeners hear of the state once a frame. */
  #take(events: readonly Down[]): void {
    const before = this.#state
    const lines: ChatLine[] = []
    for (const event of events) {
      this.#handle(event, lines)
      this.#emit('event', event)
      if (this.#isOver()) return
    }
    if (lines.length > 0) this.#emit('chat', lines)
    if (this.#state && this.#state !== before) this.#emit('state', this.#state)
    if (this.#state?.show.status === 'ended') this.#end()
  }

  #handle(event: Down, lines: ChatLine[]): void {
    switch (event.t) {
      case 'welcome':
        this.#welcomed(event)
        break
      case 'ack':
        this.#requests.answered(event)
        break
      case 'clock':
        this.#clockAnswered(event)
        break
      case 'you':
        if (this.#me) this.#setMe({ ...this.#me, ...event.me })
        break
      case 'resync':
        if (this.#inStream) this.#join() // else a join is on its way already
        break
      case 'move':
        this.#moveAt = performance.now() + event.afterMs
        this.#timers.after('move', event.afterMs, () => this.#move())
        break
      case 'chat':
        if (this.#seenLines.add(event.line.id)) lines.push(event.line)
        this.#apply(event)
        break
      case 'tip':
        if (this.#seenTips.add(event.tip.id)) this.#emit('tip', event.tip)
        this.#apply(event)
        break
      default:
        if ('pos' in event) this.#takeNumbered(event)
        else this.#apply(event)
    }
  }

  /** Takes the event that follows; one that was taken is passed over; after a gap, the stream is joined anew. */
  #takeNumbered(event: StateEvent): void {
    if (!this.#inStream || !this.#pos) return
    const [epoch, offset] = event.pos
    if (epoch === this.#pos[0] && offset <= this.#pos[1]) return
    if (epoch === this.#pos[0] && offset === this.#pos[1] + 1) {
      this.#pos = event.pos
      this.#apply(event)
    } else this.#join()
  }

  #apply(event: Down): void {
    if (this.#state) this.#state = applyEvent(this.#state, event)
  }

  #welcomed({ me, pos, snapshot, serverTime }: DownMessage<'welcome'>): void {
    this.#timers.clear('join')
    this.#ticketRefusals = 0
    this.#pos = pos
    this.#inStream = true
    this.#setMe(me)
    if (snapshot) {
      // Nothing of a snapshot is news: it makes no line fly and no tip burst.
      for (const line of snapshot.recentChat) this.#seenLines.add(line.id)
      for (const tip of snapshot.recentTips) this.#seenTips.add(tip.id)
      this.#state = { ...snapshot, likes: snapshot.likes + this.#unsentLikes }
    } else if (this.#state) this.#state = { ...this.#state, whole: true } // this server says so where it is not
    this.#clock.restart(serverTime)
    this.#samplesLeft = SAMPLES_AT_START
    this.#sampleClock()
    this.#timers.after('stable', STABLE_MS, () => this.#backoff.reset())
    if (!this.#timers.has('ticket')) this.#renewLater(this.#options.renewAfterMs ?? TICKET_AFTER_MS)
    if (this.#unsentLikes > 0) this.#sendLikes()
    this.#setStatus('live')
  }

  #sampleClock(): void {
    this.#samplesLeft--
    this.#timers.after('answer', this.#answerMsMax, () => this.#lost())
    this.#socket?.send({ t: 'clock', sent: this.#clock.stamp() })
  }

  #clockAnswered({ sent, serverTime }: DownMessage<'clock'>): void {
    this.#clock.answered(sent, serverTime)
    this.#timers.clear('answer')
    const waitMs = this.#samplesLeft > 0 ? SAMPLE_EVERY_MS : (this.#options.heartbeatMs ?? HEARTBEAT_MS)
    this.#timers.after('sample', waitMs, () => this.#sampleClock())
  }

  #move(): void {
    this.#leave()
    this.#setStatus('reconnecting')
    void this.#connect()
  }

  #sendLikes(): void {
    const count = Math.min(LIKES_A_MESSAGE, this.#unsentLikes)
    if (count === 0 || !this.#inStream) return // sent with the next tap, or the next welcome
    this.#socket?.send({ t: 'like', count })
    this.#unsentLikes -= count
    this.#timers.after('likes', LIKE_EVERY_MS, () => this.#sendLikes())
  }

  #setMe(me: Me): void {
    this.#me = me
    this.#emit('me', me)
  }

  #setState(state: RoomState): void {
    this.#state = state
    this.#emit('state', state)
  }

  #setStatus(status: RoomStatus): void {
    if (status === this.#status) return
    this.#status = status
    this.#emit('status', status)
  }

  #emit<E extends keyof RoomEvents>(event: E, value: RoomEvents[E]): void {
    for (const listener of this.#listeners[event]) listener(value)
  }
}
