import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { connectRoom, type RoomConnection } from '../../client/kit/room.ts'
import { loadConfig } from '../src/config.ts'
import { createDomains, type Domains } from '../src/domains.ts'
import { merchant } from './app.ts'
import { freePort } from './ports.ts'
import { type ServerProcess, startServer } from './processes.ts'
import { testDatabaseUrl, testRedis, testRedisUrl } from './world.ts'

/**
 * Two real server processes on one port, one Postgres and one Redis, under load: one is killed, then both are
 * restarted one after the other. Rules S1 to S3, N1, B4.
 */

const VIEWERS = 100
const PIN_EVERY_MS = 40
const AWAY_MS_MAX = 3000

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

test('B4, N1: of two nodes one is killed, then both are restarted: no state is lost, nobody is away for long', async () => {
  const nodes = [await serverOn(), await serverOn()]
  const { tenant, show, item } = await merchant({ domains, url })
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
  const takeAway = () => watchers.flatMap(({ awayMs }) => awayMs.splice(0))

  await nodes[0]!.kill()
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
  console.log(
    `killed: ${killed.length} away, p99 ${Math.round(p99(killed))} ms; rolling: ${moved.length} away, at most ${Math.round(Math.max(...moved))} ms; ${pins} state events`,
  )
  await Promise.all(nodes.map((node) => node.stop()))
}, 180_000)
