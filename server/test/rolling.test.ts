import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { connectRoom, type RoomConnection } from '../../client/kit/room.ts'
import { loadConfig } from '../src/config.ts'
import { createDomains, type Domains } from '../src/domains.ts'
import { ADDRESS } from './address.ts'
import { merchant } from './app.ts'
import { freePort } from './ports.ts'
import { type ServerProcess, startServer } from './processes.ts'
import { testDatabaseUrl, testRedis, testRedisUrl } from './world.ts'

/**
 * Two real server processes on one port, one Postgres and one Redis, under load: one is killed, then both are
 * restarted one after the other. Rules S1 to S3, N1, B4. People buy meanwhile: each order is placed once, and what is
 * answered is its own answer, or that it is to be asked for again.
 */

const VIEWERS = 100
const PIN_EVERY_MS = 40
const AWAY_MS_MAX = 3000
const BUYERS = 4
/** So that one address stays within what it may order. */
const BUY_EVERY_MS = 700
const AGAIN_MS = 150
/** A request is answered or cut off; none is left to wait. */
const ANSWER_MS_MAX = 10_000
const STOCK = 100_000

/** A viewer that notices each hole, repetition and absence. */
class Watcher {
  readonly room: RoomConnection
  readonly faults: string[] = []
  readonly awayMs: number[] = []
  offset: number | null = null
  #leftAt: number | null = null

  constructor(url: string, getTicket: () => Promise<string>) {
    this.room = connectRoom({ url, getTicket, WebSocket })
    this.room.on('event', (event) => {
      if (event.t === 'welcome') {
        if (this.offset !== null && !event.recovered) this.faults.push('not recovered')
        this.offset = event.pos[1]
      } else if ('pos' in event) {
        if (event.pos[1] !== this.offset! + 1) this.faults.push(`${event.pos[1]} after ${this.offset}`)
        this.offset = event.pos[1]
      }
    })
    this.room.on('status', (status) => {
      if (status === 'reconnecting') this.#leftAt = performance.now()
      if (status !== 'live' || this.#leftAt === null) return
      this.awayMs.push(performance.now() - this.#leftAt)
      this.#leftAt = null
    })
  }
}

/** Guests who buy one after another; each asks again, with the same key, until there is an answer. */
class Buyers {
  readonly #shop: Awaited<ReturnType<typeof merchant>>
  readonly #url: string
  /** The order that was acknowledged to each buyer. */
  readonly orders = new Map<string, string>()
  readonly faults: string[] = []
  /** How often a request had no answer: the line was refused or cut, or the server was about to stop. */
  readonly unanswered = { cut: 0, stopping: 0 }
  #stopped = false
  #buying: Promise<void>[] = []

  constructor(shop: Awaited<ReturnType<typeof merchant>>, url: string) {
    this.#shop = shop
    this.#url = url
  }

  start(): void {
    this.#buying = Array.from({ length: BUYERS }, () => this.#buyOn())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#buying)
  }

  async #buyOn(): Promise<void> {
    while (!this.#stopped) {
      const { id } = await domains.accounts.people.createGuest()
      const token = await domains.accounts.sessions.open(id)
      const first = await this.#answerTo(id, token)
      if (first) this.orders.set(id, first)
      // The same key once more, of whichever process answers now.
      const again = await this.#answerTo(id, token)
      if (again !== first) this.faults.push(`${first}, then ${again}`)
      await new Promise((resolve) => setTimeout(resolve, BUY_EVERY_MS))
    }
  }

  async #answerTo(personId: string, token: string): Promise<string | null> {
    for (;;) {
      const answer = await this.#ask(personId, token)
      if (answer?.status === 201) return answer.body.id
      if (answer && answer.status !== 503) {
        this.faults.push(`${answer.status} ${answer.body.code}`)
        return null
      }
      this.unanswered[answer ? 'stopping' : 'cut']++
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }

  async #ask(personId: string, token: string) {
    const { show, sku } = this.#shop
    try {
      const response = await fetch(`${this.#url}/api/v1/orders`, {
        method: 'POST',
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `order-of-${personId}`,
        },
        body: JSON.stringify({
          showId: show.id,
          lines: [{ skuId: sku.id, quantity: 1 }],
          address: ADDRESS,
          expectedTotalMinor: sku.priceMinor,
        }),
      })
      return { status: response.status, body: (await response.json()) as { id: string; code?: string } }
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') this.faults.push('no answer at all')
      return null
    }
  }
}

let environment: Record<string, string>
let domains: Domains
let url: string

beforeAll(async () => {
  await testRedis()
  const dataDir = mkdtempSync(join(tmpdir(), 'shelfcast-rolling-'))
  const port = await freePort()
  environment = {
    DATABASE_URL: await testDatabaseUrl(),
    REDIS_URL: testRedisUrl(),
    DATA_DIR: dataDir,
    PORT: String(port),
    SHARE_PORT: '1',
    SECRET: 'a secret that two processes share, for a test',
  }
  url = `ws://127.0.0.1:${port}/rooms`
  domains = createDomains(loadConfig({ ...environment, LOG_LEVEL: 'silent' }))
  afterAll(async () => {
    await domains.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
})

const serverOn = async (): Promise<ServerProcess> =>
  startServer({ ...environment, MEDIA_PORT: String(await freePort()) })

const p99 = (samples: readonly number[]): number =>
  samples.toSorted((a, b) => a - b)[Math.ceil(samples.length * 0.99) - 1] ?? 0

test('B4, N1: of two nodes one is killed, then both are restarted: no state is lost, nobody is away for long, each order is placed once', async () => {
  const nodes = [await serverOn(), await serverOn()]
  const shop = await merchant({ domains, url }, { stock: STOCK })
  const { tenant, show, item } = shop
  const buyers = new Buyers(shop, url.replace('ws:', 'http:').replace('/rooms', ''))
  let person = 0
  const ticket = () =>
    domains.tickets.issue({
      right: 'room',
      tenantId: tenant.id,
      showId: show.id,
      personId: `per_${++person}`,
      name: 'Ann',
      guest: true,
      role: 'viewer',
    })
  const watchers = Array.from({ length: VIEWERS }, () => new Watcher(url, ticket))
  afterAll(() => {
    for (const { room } of watchers) room.close()
  })
  const allLive = () =>
    expect.poll(() => watchers.filter(({ room }) => room.status !== 'live').length, { timeout: 20_000 })
  await allLive().toBe(0)

  let pins = 0
  let pinning: Promise<unknown> = Promise.resolve()
  const load = setInterval(() => {
    const itemId = pins++ % 2 === 0 ? item.id : null
    pinning = pinning.then(() => domains.shows.shelf.pin(tenant.id, show.id, itemId))
  }, PIN_EVERY_MS)
  /** Their sockets tell a moment after the process is gone. */
  const someAway = () =>
    expect
      .poll(() => watchers.some(({ room, awayMs }) => room.status !== 'live' || awayMs.length > 0))
      .toBe(true)
  const takeAway = () => watchers.flatMap(({ awayMs }) => awayMs.splice(0))

  buyers.start()
  await nodes[0]!.kill()
  await someAway()
  await allLive().toBe(0)
  const killed = takeAway()
  expect(killed.length, 'the dead node had viewers').toBeGreaterThan(VIEWERS / 10)
  expect(p99(killed)).toBeLessThan(AWAY_MS_MAX)

  nodes[0] = await serverOn()
  for (const i of [1, 0]) {
    await nodes[i]!.stop()
    nodes[i] = await serverOn()
    await allLive().toBe(0)
  }
  await buyers.stop()
  const moved = takeAway()
  expect(moved.length).toBeGreaterThan(VIEWERS / 10)
  expect(Math.max(...moved)).toBeLessThan(AWAY_MS_MAX)

  clearInterval(load)
  await pinning
  const [head] = await domains.db.sql<{ offset: number }[]>`
    select "offset" from room_heads where show_id = ${show.id}`
  await expect
    .poll(() => watchers.filter(({ offset }) => offset !== head!.offset).length, { timeout: 5000 })
    .toBe(0)
  expect(watchers.flatMap(({ faults }) => faults)).toEqual([])
  expect(buyers.faults).toEqual([])
  const placed = await domains.db.sql<{ personId: string; id: string }[]>`
    select person_id as "personId", id from orders where show_id = ${show.id}`
  expect(new Map(placed.map(({ personId, id }) => [personId, id]))).toEqual(buyers.orders)
  expect(placed).toHaveLength(buyers.orders.size)
  expect(buyers.orders.size).toBeGreaterThan(BUYERS * 2)
  console.log(
    `killed: ${killed.length} away, p99 ${Math.round(p99(killed))} ms; rolling: ${moved.length} away, at most ${Math.round(Math.max(...moved))} ms; ${pins} state events; ${placed.length} orders, ${buyers.unanswered.cut} requests cut off, ${buyers.unanswered.stopping} told to come again`,
  )
  await Promise.all(nodes.map((node) => node.stop()))
}, 180_000)
