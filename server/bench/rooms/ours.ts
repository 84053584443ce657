import uWS from 'uWebSockets.js'
import { encode } from '@msgpack/msgpack'
import { Registry } from 'prom-client'
import { createTickets } from '../../src/accounts/index.ts'
import { createChat } from '../../src/chat/index.ts'
import { loadConfig } from '../../src/config.ts'
import { listen } from '../../src/edge/listen.ts'
import { mountRooms } from '../../src/edge/rooms/index.ts'
import { createBus } from '../../src/kernel/bus.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createDb } from '../../src/kernel/db.ts'
import { createLog } from '../../src/kernel/log.ts'
import { createFanOut, createRedis } from '../../src/kernel/redis.ts'
import { createPresence, createRoomLog, createRooms } from '../../src/rooms/index.ts'
import { emptyView } from '../../test/rooms.ts'
import type { Encoding, ServerOptions } from './job.ts'
import { BENCH_KEY, BENCH_TENANT } from './keys.ts'
import { type BenchServer, LOOPBACK } from './others.ts'

/** Ways to send a frame to all; only the first is what the server does. */
const BROADCASTS: Record<Encoding, (app: uWS.TemplatedApp) => (topic: string, frame: string) => void> = {
  json: (app) => (topic, frame) => void app.publish(topic, frame),
  deflate: (app) => (topic, frame) => void app.publish(topic, frame, false, true),
  binary: (app) => (topic, frame) => void app.publish(topic, encode(JSON.parse(frame)), true),
}

/** The app with permessage-deflate on its sockets, one window for all of them. */
function compressing(app: uWS.TemplatedApp): uWS.TemplatedApp {
  const plain = app.ws.bind(app)
  app.ws = (pattern, behavior) => plain(pattern, { ...behavior, compression: uWS.SHARED_COMPRESSOR })
  return app
}

/**
 * Shelfcast's rooms, whole: tickets, chat with its record in Postgres, state with its log, the bus to other nodes.
 * Lifted are the limits that would hold back a load process: how fast one person speaks, how many connect at once.
 */
export async function shelfcastServer({
  displayPerS,
  flushMs,
  encoding,
}: ServerOptions): Promise<BenchServer> {
  const config = loadConfig({ ...process.env, NODE_ENV: 'test', LOG_LEVEL: 'warn' })
  const limits = {
    ...config.limits.rooms,
    messagesPer10SMax: 1e9,
    upgradesPerSMax: Number(process.env.UPGRADES_PER_S ?? 1e9),
    ...(flushMs === null ? {} : { flushMsMin: flushMs, flushMsMax: flushMs }),
  }
  const app = encoding === 'deflate' ? compressing(uWS.App()) : uWS.App()
  const log = createLog('warn')
  const metrics = new Registry()
  const db = createDb(config.databaseUrl, config.limits.database)
  const redis = createRedis(config.redisUrl, log)
  const fanOut = createFanOut([], redis, log)
  const bus = createBus({ ...fanOut, log, metrics, limits: config.limits.bus })
  const kernel = { db, clock: systemClock, log, metrics }
  const rooms = createRooms({
    ...kernel,
    bus,
    presence: createPresence({ redis, node: bus.node, lifeMs: limits.presenceMs }),
    roomLog: createRoomLog({ db }),
    broadcast: BROADCASTS[encoding](app),
    limits,
    displayPerS: displayPerS ?? Number.POSITIVE_INFINITY,
  })
  const chat = createChat({
    ...kernel,
    rooms,
    facts: { said: async () => {} }, // what others make of a line is measured elsewhere
    limits: { ...config.limits.chat, linesPer10SMax: 1e9 },
    recentMax: limits.recentChatMax,
    ticketMs: config.limits.tickets.renewMs,
  })
  const edge = mountRooms(app, {
    ...kernel,
    publicUrl: config.publicUrl,
    allowedOrigins: async () => [],
    tickets: createTickets({ key: BENCH_KEY, ...config.limits.tickets, clock: systemClock }),
    rooms,
    chat,
    sources: {
      shows: { roomView: async () => emptyView },
      promotions: { roomSales: async () => [] },
      chat,
      tips: { recent: async () => [] },
      battles: { roomBattle: async () => ({ battle: null, score: null }) },
    },
    limits,
  })
  const { port } = await listen(app, LOOPBACK)

  process.on('SIGTERM', () => {
    void Promise.resolve(edge.close())
      .then(() => chat.close())
      .then(() => rooms.close())
      .finally(() => process.exit(0))
  })
  return {
    port,
    async state(room, stamp) {
      const [pos] = await db.sql<{ epoch: number; offset: number }[]>`
        select epoch, "offset" from room_append(${BENCH_TENANT}, ${room},
          ${db.sql.json({ t: 'pinned', itemId: stamp })})`
      rooms.publish(room, { t: 'pinned', itemId: stamp, pos: [pos!.epoch, pos!.offset] })
    },
    async drops() {
      const metric = await metrics.getSingleMetric('shelfcast_room_drops_total')?.get()
      return Object.fromEntries(
        (metric?.values ?? []).map(({ labels, value }) => [`${labels.class}/${labels.reason}`, value]),
      )
    },
  }
}
