import { Redis } from 'ioredis'
import { z } from 'zod'
import { createDb } from '../../src/kernel/db.ts'
import { migrate } from '../../src/kernel/migrate.ts'
import { cpuS, type Program, startProgram } from '../../test/process.ts'
import type { Row } from '../lib/bench.ts'
import { percentile, sum } from '../lib/stats.ts'
import {
  decodeSamples,
  type Encoding,
  type Kind,
  type LoadCommand,
  loadReport,
  PADDING,
  type ServerOptions,
} from './job.ts'
import { BENCH_TENANT } from './keys.ts'

/** What the benches of rooms share: a scene of servers and load processes, and what is read off it. */

export interface Scene {
  row: string
  kind: Kind
  encoding: Encoding
  viewers: number
  linesPerS: number
  statePerS: number
  /** Until `SETTLE_MS` before it is measured, so that V8 has compiled what a state event passes through. */
  warmStatePerS: number
  rooms: number
  displayPerS: number | null
  flushMs: number | null
  /** Server processes, and load processes. */
  servers: number
  loads: number
  warmMs: number
  measureMs: number
  /** Viewers that sit in a server of their own, of which the memory is read; 0 leaves it out. */
  idlers: number
  /** Part of the viewers that stop reading. */
  stuck: number
  padding: string
  /** Tells what was dropped by class and reason too. */
  dropsApart: boolean
}

export const SCENE: Scene = {
  row: '',
  kind: 'shelfcast',
  encoding: 'json',
  viewers: 250,
  linesPerS: 250,
  statePerS: 10,
  warmStatePerS: 10,
  rooms: 1,
  displayPerS: null,
  flushMs: null,
  servers: 1,
  loads: 1,
  warmMs: 5000,
  measureMs: 6000,
  idlers: 0,
  stuck: 0,
  padding: PADDING,
  dropsApart: false,
}

/** A row that delivers less than this of what was sent is void. */
const SUSTAINED = 0.98
const SHOWS_MADE = 1100
/** Of the time before it is measured, so much is at the measured rates. */
const SETTLE_MS = 5000

/** Migrates the bench's database and makes shows to meet in. */
export async function benchShows(): Promise<void> {
  const url = z.string().parse(process.env.DATABASE_URL)
  await migrate(url)
  const db = createDb(url, { connectionsMax: 1, statementTimeoutMs: 60_000 })
  await db.sql`
    insert into tenants (id, name, slug, currency) values (${BENCH_TENANT}, 'Bench', ${BENCH_TENANT}, 'CNY')
    on conflict do nothing`
  await db.sql`
    insert into shows (tenant_id, id, title)
    select ${BENCH_TENANT}, 'shw_bench_' || n, 'Bench' from generate_series(0, ${SHOWS_MADE}) n
    on conflict do nothing`
  await db.close()
}

export const showId = (n: number): string => `shw_bench_${n}`
const IDLE_ROOM = showId(SHOWS_MADE)

const ready = z.object({ port: z.number() })

export async function startRoomServer(
  options: Partial<ServerOptions> & { kind: Kind; rooms: string[] },
  env = {},
) {
  const program = startProgram('bench/rooms/server.ts', env, [
    JSON.stringify({ encoding: 'json', displayPerS: null, flushMs: null, recovery: false, ...options }),
  ])
  return { program, port: ready.parse(await program.next()).port }
}

/** One line of the scene, and what it measured. */
export async function play(scene: Scene): Promise<Row> {
  const memoryKbPerViewer = scene.idlers === 0 ? null : await memoryOf(scene)
  const rooms = Array.from({ length: scene.rooms }, (_, n) => showId(n))
  const servers = await Promise.all(
    Array.from({ length: scene.servers }, () => startRoomServer({ ...scene, rooms })),
  )
  const loads = Array.from({ length: scene.loads }, () => startProgram('bench/rooms/load.ts'))
  const first = servers[0]!.program
  let settling: NodeJS.Timeout | undefined
  try {
    await all(loads, {
      do: 'connect',
      kind: scene.kind,
      encoding: scene.encoding,
      ports: servers.map(({ port }) => port),
      rooms,
      viewers: Math.ceil(scene.viewers / scene.loads),
      idle: false,
      stuck: scene.stuck,
    })
    first.tell({ do: 'state', perS: scene.warmStatePerS })
    settling = setTimeout(
      () => first.tell({ do: 'state', perS: scene.statePerS }),
      Math.max(0, scene.warmMs - SETTLE_MS),
    )
    const figures = await measured(
      scene,
      loads,
      servers.map(({ program }) => program),
    )
    first.tell({ do: 'drops' })
    const { drops } = z.object({ drops: z.record(z.string(), z.number()) }).parse(await first.next())
    return rowOf(scene, figures, memoryKbPerViewer, drops)
  } finally {
    clearTimeout(settling)
    await Promise.all([...loads, ...servers.map(({ program }) => program)].map((one) => one.stop()))
  }
}

const all = (programs: readonly Program[], command: LoadCommand): Promise<unknown[]> => {
  for (const program of programs) program.tell(command)
  return Promise.all(programs.map((program) => program.next()))
}

const resident = z.object({ residentBytes: z.number() })

/** Of a server of its own: who only sits there is no part of the CPU that is measured. */
async function memoryOf(scene: Scene): Promise<number> {
  const { kind, encoding, idlers } = scene
  const rooms = [IDLE_ROOM]
  const { program: server, port } = await startRoomServer({ ...scene, rooms })
  const load = startProgram('bench/rooms/load.ts')
  const now = async () => {
    server.tell({ do: 'memory' })
    return resident.parse(await server.next()).residentBytes
  }
  const sit = (viewers: number) =>
    all([load], { do: 'connect', kind, encoding, ports: [port], rooms, viewers, idle: true, stuck: 0 })
  try {
    await sit(500) // what the first ones cost is not what each costs
    const before = await now()
    await sit(idlers)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return Math.max(0, (await now()) - before) / idlers / 1024
  } finally {
    await Promise.all([load.stop(), server.stop()])
  }
}

type Figures = Awaited<ReturnType<typeof measured>>

async function measured(scene: Scene, loads: readonly Program[], servers: readonly Program[]) {
  const redisPid = await pidOfRedis()
  const cpu = () => ({ servers: sum(servers.map(({ pid }) => cpuS(pid))), redis: cpuS(redisPid) })
  const { warmMs, measureMs } = scene
  await all(loads, {
    do: 'run',
    linesPerS: scene.linesPerS / scene.loads,
    warmMs,
    measureMs,
    padding: scene.padding,
  })
  const before = cpu()
  await Promise.all(loads.map((load) => load.next()))
  const after = cpu()
  const reports = (await Promise.all(loads.map((load) => load.next()))).map((report) =>
    loadReport.parse(report),
  )
  return {
    cpuS: after.servers - before.servers,
    redisCpuS: after.redis - before.redis,
    sent: sum(reports.map((one) => one.sent)),
    delivered: sum(reports.map((one) => one.delivered)),
    bytes: sum(reports.map((one) => one.bytes)),
    closed: sum(reports.map((one) => one.closed)),
    chatMs: reports.flatMap(({ chatMs }) => decodeSamples(chatMs)),
    stateMs: reports.flatMap(({ stateMs }) => decodeSamples(stateMs)),
  }
}

export async function pidOfRedis(): Promise<number> {
  const redis = new Redis(z.string().parse(process.env.REDIS_URL))
  const info = await redis.info('server')
  redis.disconnect()
  return Number(/process_id:(\d+)/.exec(info)?.[1])
}

function rowOf(
  scene: Scene,
  figures: Figures,
  memoryKbPerViewer: number | null,
  drops: Record<string, number>,
): Row {
  const { delivered, chatMs, stateMs, closed } = figures
  const readers = Math.round(scene.viewers * (1 - scene.stuck))
  const wanted = (figures.sent * readers) / scene.rooms
  const isSlow = figures.sent < scene.linesPerS * (scene.measureMs / 1000) * SUSTAINED
  const isVoid = scene.displayPerS === null && (isSlow || delivered < wanted * SUSTAINED || closed > 0)
  return {
    row: scene.row,
    viewers: scene.viewers,
    rooms: scene.rooms,
    linesPerS: scene.linesPerS,
    deliveredShare: delivered / wanted,
    cpuUsPerDelivery: isVoid ? null : (figures.cpuS * 1e6) / delivered,
    redisCpuUsPerDelivery: isVoid ? null : (figures.redisCpuS * 1e6) / delivered,
    chatMsP50: isVoid ? null : percentile(chatMs, 0.5),
    chatMsP99: isVoid ? null : percentile(chatMs, 0.99),
    stateMsP50: isVoid ? null : percentile(stateMs, 0.5),
    stateMsP99: isVoid ? null : percentile(stateMs, 0.99),
    memoryKbPerViewer,
    bytesPerDelivery: isVoid ? null : figures.bytes / delivered,
    dropped: sum(Object.values(drops)),
    ...(scene.dropsApart ? columnsOf(drops) : {}),
    void: isVoid ? 'void' : null,
  }
}

/** `chat/slow_reader` as `droppedChatSlowReader`. */
const columnsOf = (drops: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(drops).map(([name, events]) => [
      `dropped${name.replace(/(?:^|[/_])(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
      events,
    ]),
  )
