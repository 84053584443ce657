import { z } from 'zod'
import type { Db } from '../../src/kernel/db.ts'
import { cpuS, startProgram } from '../../test/process.ts'
import { makeWorld, outcome } from '../flash/world.ts'
import type { Bench, Row } from '../lib/bench.ts'
import { benchDb } from '../lib/db.ts'
import { median, percentile } from '../lib/stats.ts'

/**
 * An ordinary evening: carts of three lines out of 60 SKUs that overlap, two reads for each order, stock for all. Rows
 * take turns within each of the runs; columns are medians of runs. `BENCH_BUYERS` and `BENCH_RUNS` make it smaller.
 */

const size = z
  .object({
    BENCH_BUYERS: z.coerce.number().int().min(10).default(6000),
    BENCH_RUNS: z.coerce.number().int().min(1).default(3),
  })
  .parse(process.env)
const CONNECTIONS = 100
const LINES = 3
const SKUS = 60
const ROWS = ['shelfcast', 'for update', 'conditional update'] as const
type Name = (typeof ROWS)[number]
const CREATED = 201

const checkout = z.tuple([z.number(), z.number(), z.number(), z.number()])

const bench: Bench = {
  title: `checkout: ${CONNECTIONS} buyers at a time over HTTP, carts of ${LINES} lines, two reads an order, ${size.BENCH_RUNS} interleaved runs, fsync on`,
  async run(say) {
    const { db, url } = await benchDb()
    const runs = new Map<Name, Figures[]>(ROWS.map((name) => [name, []]))
    for (let run = 1; run <= size.BENCH_RUNS; run++) {
      for (const name of ROWS) {
        const figures = await once(db, url, name)
        runs.get(name)!.push(figures)
        say(`${run}/${size.BENCH_RUNS} ${name}: ${Math.round(figures.committedPerS)} orders/s`)
      }
    }
    await db.close()
    return [...runs].map(([name, figures]) => rowOf(name, figures))
  },
  reading(rows) {
    const of = (row: Name) => Number(rows.find((one) => one.row === row)?.committedPerS)
    return ROWS.slice(1).map(
      (name) => `committed orders, of '${name}': ${(of('shelfcast') / of(name)).toFixed(2)}`,
    )
  },
}
export default bench

type Figures = Awaited<ReturnType<typeof once>>

async function once(db: Db, url: string, name: Name) {
  const world = await makeWorld(db, { buyers: size.BENCH_BUYERS, skus: SKUS, units: size.BENCH_BUYERS })
  const server = startProgram('bench/flash/server.ts', { DATABASE_URL: url }, [name])
  const { port } = z.object({ port: z.number() }).parse(await server.next())
  const load = startProgram('bench/checkout/load.ts')
  const before = cpuS(server.pid)
  load.tell({ port, connections: CONNECTIONS, lines: LINES, ...world })
  const done = z.array(checkout).parse(await load.next())
  const used = cpuS(server.pid) - before
  await load.stop()
  await server.stop()
  const strange = done.find(([, , , status]) => status !== CREATED)
  if (strange) throw new Error(`an order was answered with ${strange[3]}`)
  const ends = done.map(([at]) => at)
  const began = Math.min(...done.map(([at, orderMs, readMs]) => at - orderMs - 2 * readMs))
  return {
    committedPerS: done.length / ((Math.max(...ends) - began) / 1000),
    orderMs: done.map(([, orderMs]) => orderMs),
    readMs: done.map(([, , readMs]) => readMs),
    cpuS: used,
    oversold: (await outcome(db, world)).oversold,
  }
}

function rowOf(name: Name, runs: readonly Figures[]): Row {
  const orders = runs.flatMap(({ orderMs }) => orderMs)
  const reads = runs.flatMap(({ readMs }) => readMs)
  return {
    row: name,
    committedPerS: median(runs.map((run) => run.committedPerS)),
    orderMsP50: percentile(orders, 0.5),
    orderMsP99: percentile(orders, 0.99),
    readMsP50: percentile(reads, 0.5),
    readMsP99: percentile(reads, 0.99),
    cpuS: median(runs.map((run) => run.cpuS)),
    commits: orders.length,
    oversold: Math.max(...runs.map((run) => run.oversold)),
  }
}
