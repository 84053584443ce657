import { readFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import { afterAll } from 'vitest'
import { createAccounts, createTickets } from '../src/accounts/index.ts'
import type { Rival } from '../src/battles/index.ts'
import { createCoHosts } from '../src/cohosts/index.ts'
import { loadConfig } from '../src/config.ts'
import { type Ask, createAsk } from '../src/kernel/ask.ts'
import { createBus } from '../src/kernel/bus.ts'
import { systemClock } from '../src/kernel/clock.ts'
import { createFanOut, type Redis } from '../src/kernel/redis.ts'
import { randomToken } from '../src/kernel/secrets.ts'
import { createShows, type ShowRecord } from '../src/shows/index.ts'
import {
  createStage,
  createWhepSessions,
  type Host,
  type LeadStep,
  type Stage,
  type StageDeps,
} from '../src/stage/index.ts'
import { holdsSeat } from '../src/stage/nodes/wire.ts'
import { noMails } from './fixtures.ts'
import { freePort } from './ports.ts'
import { silentLog, testDb, testRedis } from './world.ts'

/** One node's questions to others, on a bus of its own. */
export function testAsk(redis: Redis, limits = loadLimits().ask): Ask {
  const { redis: commands, subscriber } = createFanOut([], redis, silentLog)
  const { bus: busLimits } = loadLimits()
  const bus = createBus({
    redis: commands,
    subscriber,
    log: silentLog,
    metrics: new Registry(),
    limits: busLimits,
  })
  afterAll(() => bus.close())
  return createAsk({ bus, log: silentLog, limits })
}

const loadLimits = () => loadConfig({ DATABASE_URL: 'postgres://unused', REDIS_URL: 'redis://unused' }).limits

/** Waits until two nodes answer each other. */
export async function acquainted(one: Ask, other: Ask): Promise<void> {
  const answers = (from: Ask, to: Ask) =>
    from.ask(to.node, holdsSeat, { seat: 'a seat that nobody has' }).catch(() => null)
  await until(async () => (await answers(one, other)) && (await answers(other, one)), 10_000)
}

/** What a person may do to a show by a node's stage. */
export function leadingOf(stage: Stage, who: Parameters<Stage['lead']>[0]) {
  const take = (step: LeadStep): Promise<void> => stage.lead(who, step)
  type Layout = Extract<LeadStep, { is: 'setLayout' }>
  return {
    setLayout: (kind: Layout['kind'], main: Layout['main']) => take({ is: 'setLayout', kind, main }),
    mute: (personId: string, muted: boolean) => take({ is: 'mute', personId, muted }),
    remove: (personId: string) => take({ is: 'remove', personId }),
    handOver: (personId: string) => take({ is: 'handOver', personId }),
  }
}

/** A stage on real workers, over real shows, with one tenant, two hosts, one who may not host, and one show. */
export async function testStage(
  limits: Partial<StageDeps['limits']> = {},
  workers = 1,
  more: Pick<StageDeps, 'cpuTime'> = {},
) {
  const [db, redis] = await Promise.all([testDb(), testRedis()])
  const config = loadConfig({
    DATABASE_URL: 'postgres://unused',
    REDIS_URL: 'redis://unused',
    MEDIA_PORT: String(await freePort()),
    MEDIA_WORKERS: String(workers),
    MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN,
    ICE_SERVERS: 'stun:stun.example.com,turn:turn.example.com?transport=udp',
    TURN_SECRET: 'a-secret-shared-with-coturn',
  })
  const told: { showId: string; status: ShowRecord['status'] }[] = []
  const accounts = createAccounts({
    ...noMails,
    db,
    redis,
    clock: systemClock,
    limits: config.limits.accounts,
  })
  const lost: { showId: string; worker: string }[] = []
  const rooms = {
    publish(showId: string, event: { t: string; show?: { status: ShowRecord['status'] }; key?: string }) {
      if (event.key) lost.push({ showId, worker: event.key })
      if (event.show) told.push({ showId, status: event.show.status })
    },
  }
  const shows = createShows({ db, rooms, log: silentLog })
  const key = Buffer.from(randomToken())
  const tickets = createTickets({ key, lifeMs: 60_000, renewMs: 600_000, clock: systemClock })
  const coHosts = createCoHosts({
    db,
    clock: systemClock,
    accounts,
    key,
    publicUrl: 'https://live.example',
    limits: config.limits.coHosts,
  })
  const rivals = new Map<string, Rival>()
  const rivalsMoved = new Set<(showIds: readonly string[]) => void>()
  const deps: StageDeps = {
    media: config.media,
    limits: { ...config.limits.stage, ...limits },
    log: silentLog,
    metrics: new Registry(),
    shows,
    coHosts,
    battles: {
      rivalsOf: async (showIds) => new Map([...rivals].filter(([showId]) => showIds.includes(showId))),
      onMoved(listener) {
        rivalsMoved.add(listener)
        return () => rivalsMoved.delete(listener)
      },
    },
    rooms,
    tickets,
    redis,
    ask: testAsk(redis),
    ...more,
  }
  const stage = createStage(deps)
  await stage.start()
  afterAll(() => stage.close())

  /** Another node of the same deployment. */
  async function another(other: Partial<StageDeps['limits']> = {}) {
    const theirs: StageDeps = {
      ...deps,
      media: { ...config.media, port: await freePort() },
      limits: { ...deps.limits, ...other },
      shows: createShows({ db, rooms, log: silentLog }),
      metrics: new Registry(),
      ask: testAsk(redis),
    }
    const started = createStage(theirs)
    await started.start()
    afterAll(() => started.close())
    return { stage: started, whep: createWhepSessions({ stage: started, ask: theirs.ask }), deps: theirs }
  }

  const owner = await accounts.people.signUp({
    login: 'owner@example.com',
    password: 'long enough',
    name: 'Owner',
  })
  const host = await accounts.people.signUp({
    login: 'host@example.com',
    password: 'long enough',
    name: 'Host',
  })
  const support = await accounts.people.signUp({
    login: 'help@example.com',
    password: 'long enough',
    name: 'Help',
  })
  const tenant = await accounts.tenants.create({
    name: 'T',
    slug: 'tenant',
    currency: 'CNY',
    ownerId: owner.id,
  })
  await accounts.tenants.putMember(tenant.id, host.id, 'host')
  await accounts.tenants.putMember(tenant.id, support.id, 'support')

  const newShow = async () =>
    (await shows.create(tenant.id, { title: 'Show', scheduledAt: null, hostIds: [host.id] })).id

  /** These two shows have a battle, or none any more. */
  function battle(one: string, other: string, on = true): void {
    for (const [showId, rivalId] of [
      [one, other],
      [other, one],
    ] as const) {
      if (on) rivals.set(showId, { tenantId: tenant.id, showId: rivalId, title: 'Rival' })
      else rivals.delete(showId)
    }
    for (const listener of rivalsMoved) listener([one, other])
  }

  /** A show on air, whose host sends what a Chromium studio does. */
  async function onAir(): Promise<{ showId: string; host: Host }> {
    const showId = await newShow()
    const joined = await stage.join({ tenantId: tenant.id, showId, personId: host.id }, () => {})
    await joined.host.createTransport()
    await joined.host.produce('video', 'camera', recorded('camera.json'))
    await joined.host.produce('audio', 'microphone', recorded('microphone.json'))
    await joined.host.goLive()
    return { showId, host: joined.host }
  }

  return {
    stage,
    another,
    whep: createWhepSessions({ stage, ask: deps.ask }),
    deps,
    shows,
    coHosts,
    accounts,
    tickets,
    config,
    owner,
    host,
    support,
    tenantId: tenant.id,
    /** The statuses that the room of a show was told, in order. */
    told: (showId: string) => told.filter((one) => one.showId === showId).map(({ status }) => status),
    /** The workers whose death the room of a show was told. */
    lost: (showId: string) => lost.filter((one) => one.showId === showId).map(({ worker }) => worker),
    newShow,
    battle,
    onAir,
    ticket: (showId: string, personId = 'per_viewer', right: 'media' | 'room' = 'media') =>
      tickets.issue({
        right,
        tenantId: tenant.id,
        showId,
        personId,
        name: 'Viewer',
        guest: true,
        role: 'viewer',
      }),
  }
}

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../src/stage/fixtures/${name}`, import.meta.url), 'utf8'))

type Perhaps<T> = T | null | false

/** Waits until `check` gives something; fails after `withinMs`. */
export async function until<T>(check: () => Perhaps<T> | Promise<Perhaps<T>>, withinMs = 3000): Promise<T> {
  const endsAt = performance.now() + withinMs
  for (;;) {
    const value = await check()
    if (value !== null && value !== false) return value
    if (performance.now() > endsAt) throw new Error('it did not come true in time')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
