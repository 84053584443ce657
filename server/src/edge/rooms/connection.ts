import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { Me } from '@shelfcast/shared/protocol/parts.ts'
import type { Up } from '@shelfcast/shared/protocol/up.ts'
import { PROTOCOL_VERSION } from '@shelfcast/shared/protocol/version.ts'
import type { TicketClaims, Tickets } from '../../accounts/index.ts'
import type { Chat } from '../../chat/index.ts'
import type { Limits } from '../../config.ts'
import { TokenBucket } from '../../kernel/bucket.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Entrance, Link, Occupant, RoomEngine, Seat } from '../../rooms/index.ts'
import type { createOrigins } from './origins.ts'
import { roomView, type SnapshotSources } from './snapshot.ts'

export interface ConnectionDeps {
  tickets: Pick<Tickets, 'verify' | 'renew'>
  origins: ReturnType<typeof createOrigins>
  rooms: Pick<RoomEngine, 'enter'>
  chat: Pick<Chat, 'say' | 'mutedUntil' | 'isBannedFrom'>
  sources: SnapshotSources
  clock: Clock
  log: Log
  limits: Limits['rooms']
}

/** Where a connection stands. A second `join` while one is under way is a mistake, so `joining` is a phase. */
type Phase =
  | { is: 'new' }
  | { is: 'joining'; claims: TicketClaims | null; seat: Seat | null }
  | { is: 'joined'; claims: TicketClaims; seat: Seat }
  | { is: 'closed' }

type UpOf<T extends Up['t']> = Extract<Up, { t: T }>

const WINDOW_MS = 10_000

/**
 * One viewer's connection: takes its up messages in order of arrival and answers them. It knows the link, not the
 * socket. Rules J, T, E and V of PROTOCOL.md.
 */
export class Connection {
  readonly #deps: ConnectionDeps
  readonly #link: Link
  readonly #origin: { origin: string | null; host: string }
  readonly #messages: TokenBucket
  readonly #likes: TokenBucket
  #joinTimer: NodeJS.Timeout | null
  #phase: Phase = { is: 'new' }

  constructor(link: Link, origin: { origin: string | null; host: string }, deps: ConnectionDeps) {
    const { clock, limits } = deps
    this.#deps = deps
    this.#link = link
    this.#origin = origin
    const perWindow = (count: number) => new TokenBucket(count, count / WINDOW_MS, clock.now())
    this.#messages = perWindow(limits.messagesPer10SMax)
    this.#likes = perWindow(limits.likesPer10SMax)
    this.#joinTimer = setTimeout(() => this.#refuse('join_expected'), limits.joinWithinMs)
  }

  /** To be called once a frame, before it is decoded. @throws Fault `too_many_requests` */
  countMessage(): void {
    if (!this.#messages.take(this.#deps.clock.now())) throw new Fault('too_many_requests')
  }

  /** Does what the message asks for; what fails ends the connection with the fault's close code. Never rejects. */
  async take(message: Up): Promise<void> {
    try {
      await this.#handle(message)
    } catch (error) {
      this.fail(error)
    }
  }

  /** Ends the connection for a reason of the catalogue. */
  fail(error: unknown): void {
    if (this.#phase.is === 'closed') return
    if (!(error instanceof Fault)) this.#deps.log.error({ err: error }, 'room connection failed')
    this.#refuse(error instanceof Fault ? error.code : 'internal')
  }

  /** Asks the viewer to connect again, to whichever server answers then. */
  move(afterMs: number): void {
    this.#send({ t: 'move', afterMs })
  }

  dropped(): void {
    this.#seat?.dropped()
  }

  drained(): void {
    this.#seat?.drained()
  }

  /** The socket is gone. Idempotent. */
  closed(): void {
    this.#clearJoinTimer()
    const seat = this.#seat
    this.#phase = { is: 'closed' }
    seat?.leave()
  }

  #clearJoinTimer(): void {
    if (this.#joinTimer) clearTimeout(this.#joinTimer)
    this.#joinTimer = null
  }

  get #seat(): Seat | null {
    return this.#phase.is === 'joined' || this.#phase.is === 'joining' ? this.#phase.seat : null
  }

  #handle(message: Up): void | Promise<void> {
    switch (message.t) {
      case 'clock':
        return this.#send({ t: 'clock', sent: message.sent, serverTime: this.#deps.clock.now() })
      case 'join':
        return this.#join(message)
      case 'say':
        return this.#say(message)
      case 'like':
        return this.#like(message)
      case 'refresh':
        return this.#refresh(message)
    }
  }

  async #join({ version, ticket, resume }: UpOf<'join'>): Promise<void> {
    const before = this.#phase
    if (before.is === 'joining' || before.is === 'closed') throw new Fault('join_expected')
    if (version !== PROTOCOL_VERSION) throw new Fault('protocol_unsupported')
    this.#clearJoinTimer()
    const old = before.is === 'joined' ? before : null
    this.#phase = { is: 'joining', claims: old?.claims ?? null, seat: old?.seat ?? null }
    const claims = ticket === undefined ? old?.claims : await this.#verify(ticket)
    if (!claims) throw new Fault('ticket_invalid')
    if (old && !isSameRoom(old.claims, claims)) throw new Fault('ticket_invalid')
    await this.#assertWelcome(claims)
    if (this.#isClosed()) return
    const me = await this.#me(claims)
    const options = {
      resume,
      view: roomView(claims.showId, this.#deps.sources),
      welcome: (entrance: Entrance) => encodeWelcome(entrance, me, this.#deps.clock.now()),
    }
    if (old) {
      old.seat.setOccupant(occupantOf(claims))
      await old.seat.reenter(options)
    }
    const seat = old?.seat ?? (await this.#deps.rooms.enter(claims, occupantOf(claims), this.#link, options))
    if (this.#isClosed()) seat.leave()
    else this.#phase = { is: 'joined', claims, seat }
  }

  async #say({ id, text }: UpOf<'say'>): Promise<void> {
    const { claims } = this.#joined()
    try {
      const line = await this.#deps.chat.say(claims, text)
      this.#send({ t: 'ack', id, ok: true, line })
    } catch (error) {
      this.#refuseMessage(id, error)
    }
  }

  #like({ count }: UpOf<'like'>): void {
    const { seat } = this.#joined()
    if (this.#likes.take(this.#deps.clock.now(), count)) seat.like(count)
    else seat.likesRefused(count)
  }

  async #refresh({ id, ticket }: UpOf<'refresh'>): Promise<void> {
    const { claims: old, seat } = this.#joined()
    await this.#assertWelcome(old)
    try {
      if (ticket === undefined) {
        this.#send({ t: 'ack', id, ok: true, ...(await this.#deps.tickets.renew(old)) })
        return
      }
      const claims = await this.#verify(ticket)
      if (!isSameRoom(old, claims)) throw new Fault('ticket_invalid')
      const me = await this.#me(claims)
      if (this.#isClosed()) return
      seat.setOccupant(occupantOf(claims))
      this.#phase = { is: this.#phase.is === 'joining' ? 'joining' : 'joined', claims, seat }
      this.#send({ t: 'you', me }, { t: 'ack', id, ok: true })
    } catch (error) {
      this.#refuseMessage(id, error)
    }
  }

  /** The ticket's claims, where it is for a page of this origin. @throws Fault `ticket_invalid`, `origin_refused` */
  async #verify(ticket: string): Promise<TicketClaims> {
    const claims = await this.#deps.tickets.verify(ticket, 'room')
    const { origin, host } = this.#origin
    if (!(await this.#deps.origins.mayJoin(origin, host, claims.tenantId))) throw new Fault('origin_refused')
    return claims
  }

  /** A ticket that was made before its holder was banned opens nothing. @throws Fault `evicted` */
  async #assertWelcome({ showId, personId }: TicketClaims): Promise<void> {
    if (await this.#deps.chat.isBannedFrom(showId, personId)) throw new Fault('evicted')
  }

  async #me({ showId, personId, name, role }: TicketClaims): Promise<Me> {
    return { personId, name, role, mutedUntil: await this.#deps.chat.mutedUntil(showId, personId) }
  }

  #joined(): { claims: TicketClaims; seat: Seat } {
    const phase = this.#phase
    if (phase.is === 'joined') return phase
    // A viewer that enters again after a resync keeps its seat meanwhile.
    if (phase.is === 'joining' && phase.claims && phase.seat)
      return { claims: phase.claims, seat: phase.seat }
    throw new Fault('join_expected')
  }

  #isClosed(): boolean {
    return this.#phase.is === 'closed'
  }

  #refuse(code: ErrorCode): void {
    if (this.#phase.is !== 'closed') this.#link.close(code)
  }

  /** Answers a message that carried an id; what is no fault is a bug, and is logged. */
  #refuseMessage(id: string, error: unknown): void {
    const fault = error instanceof Fault ? error : new Fault('internal', { cause: error })
    if (fault !== error) this.#deps.log.error({ err: error }, 'room message failed')
    const { retryAfterMs } = fault.more
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(retryAfterMs) }
    this.#send({ t: 'ack', id, ok: false, error: fault.code, ...wait })
  }

  #send(...events: Down[]): void {
    if (this.#phase.is === 'closed') return
    if (this.#link.send(JSON.stringify(events)) === 'dropped') this.#seat?.dropped()
  }
}

const occupantOf = ({ personId, role }: TicketClaims): Occupant => ({
  personId,
  isAudience: role === 'viewer' || role === 'buyer',
})

const isSameRoom = (a: TicketClaims, b: TicketClaims): boolean =>
  a.showId === b.showId && a.tenantId === b.tenantId

/** The snapshot is encoded already, once for all who join: it is put in as it is. */
function encodeWelcome({ pos, recovered, snapshot }: Entrance, me: Me, serverTime: number): string {
  const head = JSON.stringify({ t: 'welcome', version: PROTOCOL_VERSION, me, pos, recovered, serverTime })
  return `${head.slice(0, -1)},"snapshot":${snapshot ?? 'null'}}`
}
