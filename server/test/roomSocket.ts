import uWS from 'uWebSockets.js'
import { randomBytes } from 'node:crypto'
import { ERRORS, type ErrorCode, type ErrorEntry } from '@shelfcast/shared/errors.ts'
import type { Down, StateDraft, StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Up } from '@shelfcast/shared/protocol/up.ts'
import { PROTOCOL_VERSION } from '@shelfcast/shared/protocol/version.ts'
import { Registry } from 'prom-client'
import { afterAll } from 'vitest'
import { WebSocket } from 'ws'
import { createTickets, type TicketClaims } from '../src/accounts/index.ts'
import { createChat } from '../src/chat/index.ts'
import { mountRooms } from '../src/edge/rooms/index.ts'
import { systemClock } from '../src/kernel/clock.ts'
import type { Db } from '../src/kernel/db.ts'
import { createRoomLog, createRooms } from '../src/rooms/index.ts'
import { limits, seedShow } from './chat.ts'
import { MemoryRedis } from './memoryRedis.ts'
import { emptyView } from './rooms.ts'
import { silentLog, testDb } from './world.ts'

export { limits }

type Welcome = Extract<Down, { t: 'welcome' }>

const WAIT_MS = 3000
export const PUBLIC_URL = 'https://shop.example'

/** A viewer's end of the wire, speaking the protocol by hand. */
export class Wire {
  readonly socket: WebSocket
  readonly frames: Down[][] = []
  closed: { code: number; reason: string } | null = null

  constructor(url: string, origin?: string) {
    this.socket = new WebSocket(url, origin === undefined ? {} : { origin })
    this.socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Down[]))
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
    })
    this.socket.on('error', () => {}) // a close follows
  }

  get events(): Down[] {
    return this.frames.flat()
  }

  async opened(): Promise<this> {
    await this.#until(() => this.socket.readyState !== WebSocket.CONNECTING, 'open')
    return this
  }

  send(message: Up | Record<string, unknown>): void {
    this.socket.send(JSON.stringify(message))
  }

  /** The first event of this type, now or soon. */
  async get<T extends Down['t']>(t: T, skip = 0): Promise<Extract<Down, { t: T }>> {
    const find = () => this.events.filter((event): event is Extract<Down, { t: T }> => event.t === t)[skip]
    await this.#until(() => find() !== undefined, t)
    return find()!
  }

  async close(): Promise<{ code: number; reason: string }> {
    await this.#until(() => this.closed !== null, 'close')
    return this.closed!
  }

  /** Stops and starts reading from the network. */
  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    const end = Date.now() + WAIT_MS
    while (!condition()) {
      if (Date.now() > end) throw new Error(`no ${what}; closed: ${JSON.stringify(this.closed)}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

export type SocketWorld = Awaited<ReturnType<typeof socketWorld>>
const databases = new Map<string, Promise<Db>>()
let shows = 0

/** A database whose queries are counted, and which can be away: then nothing that is asked is answered. */
function watched(db: Db) {
  const state = { queries: 0, isAway: false }
  const sql = new Proxy(db.sql, {
    apply(target, self, args) {
      state.queries++
      return state.isAway ? new Promise(() => {}) : Reflect.apply(target, self, args)
    },
  })
  return { db: { ...db, sql }, state }
}

/** The viewer socket on a port of its own, with rooms and chat on a real database; one show each. */
export async function socketWorld(more: Partial<typeof limits.rooms> = {}) {
  const { db, state: postgres } = watched(
    await (databases.get('one') ?? databases.set('one', testDb()).get('one')!),
  )
  const place = { tenantId: 'ten', showId: `shw${++shows}` }
  await seedShow(db, place.tenantId, place.showId, ['ann', 'ben', 'mod'])
  const roomLimits = { ...limits.rooms, ...more }
  const app = uWS.App()
  const kernel = { db, clock: systemClock, log: silentLog, metrics: new Registry() }
  const { bus, presence } = new MemoryRedis().node()
  const rooms = createRooms({
    ...kernel,
    bus,
    presence,
    roomLog: createRoomLog({ db }),
    broadcast: (topic, frame) => {
      app.publish(topic, frame)
    },
    limits: roomLimits,
    displayPerS: 20,
    load: () => 0,
  })
  const chat = createChat({
    ...kernel,
    rooms,
    facts: { said: async () => {} },
    limits: limits.chat,
    ticketMs: limits.tickets.renewMs,
    recentMax: 5,
  })
  const tickets = createTickets({
    key: randomBytes(32),
    lifeMs: 60_000,
    renewMs: 600_000,
    clock: systemClock,
  })
  const view = structuredClone(emptyView)
  const edge = mountRooms(app, {
    ...kernel,
    publicUrl: PUBLIC_URL,
    allowedOrigins: async (tenantId) => {
      await db.sql`select 1`
      return tenantId === place.tenantId ? ['https://embed.example'] : []
    },
    tickets,
    rooms,
    chat,
    sources: {
      shows: { roomView: async () => view },
      promotions: { roomSales: async () => view.sales },
      chat,
      tips: { recent: async () => [] },
      battles: { roomBattle: async () => ({ battle: null, score: null }) },
    },
    limits: roomLimits,
  })
  const listening = await new Promise<uWS.us_listen_socket>((resolve, reject) => {
    app.listen('127.0.0.1', 0, (socket) => (socket ? resolve(socket) : reject(new Error('no port'))))
  })
  const port = uWS.us_socket_local_port(listening)
  const url = `ws://127.0.0.1:${port}/rooms`

  const ticket = (personId = 'ann', claims: Partial<TicketClaims> = {}) =>
    tickets.issue({
      right: 'room',
      ...place,
      personId,
      name: personId,
      guest: false,
      role: 'viewer',
      ...claims,
    })

  /** A connected viewer that has asked to join. */
  async function joined(
    personId = 'ann',
    options: { resume?: [number, number]; origin?: string; claims?: Partial<TicketClaims> } = {},
  ): Promise<{ wire: Wire; welcome: Welcome }> {
    const wire = await new Wire(url, options.origin).opened()
    const { resume } = options
    wire.send({
      t: 'join',
      version: PROTOCOL_VERSION,
      ticket: await ticket(personId, options.claims),
      ...(resume ? { resume } : {}),
    })
    return { wire, welcome: await wire.get('welcome') }
  }

  /** Commits a state event as a domain does; publishing it is another step. */
  async function commit(draft: StateDraft): Promise<StateEvent> {
    const [pos] = await db.sql<{ epoch: number; offset: number }[]>`
      select epoch, "offset" from room_append(${place.tenantId}, ${place.showId}, ${db.sql.json({ ...draft })})`
    return { ...draft, pos: [pos!.epoch, pos!.offset] } as StateEvent
  }

  const pin = async (itemId: string | null) => {
    view.pinnedItemId = itemId
    rooms.publish(place.showId, await commit({ t: 'pinned', itemId }))
  }

  let closing: Promise<void> | null = null
  async function closeAll(): Promise<void> {
    uWS.us_listen_socket_close(listening)
    await edge.close()
    await chat.close()
    await rooms.close()
    app.close()
  }
  const close = () => {
    closing ??= closeAll()
    return closing
  }
  afterAll(close)
  return {
    db,
    postgres,
    place,
    rooms,
    chat,
    edge,
    url,
    port,
    ticket,
    verify: tickets.verify,
    joined,
    commit,
    pin,
    close,
    metrics: kernel.metrics,
  }
}

/** A message with which a viewer joins. */
export const joinWith = (ticket: string, more: Record<string, unknown> = {}) => ({
  t: 'join',
  version: PROTOCOL_VERSION,
  ticket,
  ...more,
})

/** How a connection ends for a reason of the catalogue. */
export const closeOf = (name: ErrorCode) => ({ code: (ERRORS[name] as ErrorEntry).close, reason: name })

export const offsetsOf = (events: readonly Down[]): number[] =>
  events.flatMap((event) => (event.t !== 'welcome' && 'pos' in event ? [event.pos[1]] : []))
