import { z } from 'zod'
import type { Db } from '../../src/kernel/db.ts'
import { cpuS, startProgram } from '../../test/process.ts'
import type { Bench, Row } from '../lib/bench.ts'
import { benchDb } from '../lib/db.ts'
import { median, percentile, sum } from '../lib/stats.ts'
import { VARIANTS, type Variant } from './variants.ts'
import { makeWorld, outcome, SECRET } from './world.ts'

/**
 * Rushes on one hot SKU, on 50 warm ones, and in a flash sale of one SKU: 200 buyers at a time, units for a third of
 * those who come, and so many that a rush is longer by far than its first answers take. Rows take turns within each of
 * the runs, so that a noisy moment of the machine hits all alike; columns are medians of runs. Every server meets its
 * first rush before the clock starts, as one that has served for a while: it is not measured. In the sale the compared
 * rows let in as many as come; one row more is ours as it is set, where beyond `admittedPerS` buyers wait and the first
 * second is drawn. `BENCH_RUNS`, `BENCH_RUSHES` make it smaller.
 */

const size = z
  .object({
    BENCH_RUNS: z.coerce.number().int().min(1).default(3),
    BENCH_RUSHES: z.coerce.number().int().min(1).default(3),
  })
  .parse(process.env)
const CONNECTIONS = 200
const RATE_ROW = 'shelfcast, admission rate on'
const SCENES = [
  { name: 'hot', skus: 1, buyers: 7500, units: 2500, sale: false },
  { name: 'warm', skus: 50, buyers: 7500, units: 50, sale: false },
  { name: 'sale', skus: 1, buyers: 7500, units: 2500, sale: true },
] as const
type Scene = (typeof SCENES)[number]
type RowName = Variant | typeof RATE_ROW
const rowsOf = ({ sale }: Scene): readonly RowName[] => (sale ? [...VARIANTS, RATE_ROW] : VARIANTS)

const answer = z.tuple([z.number(), z.number(), z.number()])
const CREATED = 201
const CONFLICT = 409

const bench: Bench = {
  title: `flash: ${CONNECTIONS} buyers at a time over HTTP, ${size.BENCH_RUNS} interleaved runs of ${size.BENCH_RUSHES} rushes after one that is not measured, fsync on`,
  async run(say) {
    const { db, url } = await benchDb()
    const rows: Row[] = []
    for (const scene of SCENES) {
      const runs = new Map<RowName, Figures[]>(rowsOf(scene).map((name) => [name, []]))
      for (let run = 1; run <= size.BENCH_RUNS; run++) {
        for (const name of rowsOf(scene)) {
          const figures = await once(db, url, name, scene)
          runs.get(name)!.push(figures)
          say(
            `${scene.name} ${run}/${size.BENCH_RUNS} ${name}: ${Math.round(figures.committedPerS)} orders/s`,
          )
        }
      }
      for (const [name, figures] of runs) rows.push(rowOf(scene, name, figures))
    }
    await db.close()
    return rows
  },
  reading(rows) {
    return SCENES.flatMap(({ name: scene }) => {
      const of = (row: RowName, column: string) =>
        Number(rows.find((one) => one.row === row && one.scene === scene)?.[column])
      const ratio = (other: Variant, column: string) =>
        (of('shelfcast', column) / of(other, column)).toFixed(2)
      return [
        `${scene}: committed orders, of 'for update': ${ratio('for update', 'committedPerS')}; of 'conditional update': ${ratio('conditional update', 'committedPerS')}; of 'insert alone': ${ratio('insert alone', 'committedPerS')}`,
        `${scene}: decisions before the sell-out, of 'lua alone': ${ratio('lua alone', 'decisionsPerS')}`,
        `${scene}: ${lateness(of('shelfcast', 'loserMsP99'), of('shelfcast', 'winnerMsP99'))}`,
      ]
    })
  },
}
export default bench

function lateness(loserMs: number, winnerMs: number): string {
  const than = loserMs < winnerMs ? 'less' : 'more'
  return `a loser hears it in ${than} time at p99 than a winner: ${loserMs.toFixed(0)} ms of ${winnerMs.toFixed(0)} ms`
}

type Figures = Awaited<ReturnType<typeof once>>

/** One row's server, and rushes of buyers on fresh SKUs, one after another, of which the first is not measured. */
async function once(db: Db, url: string, name: RowName, scene: Scene) {
  const args = name === RATE_ROW ? ['shelfcast', 'as set'] : [name]
  const server = startProgram('bench/flash/server.ts', { DATABASE_URL: url, SECRET }, args)
  const { port } = z.object({ port: z.number() }).parse(await server.next())
  const load = startProgram('bench/flash/load.ts')
  const rushes: Rush[] = []
  for (let n = 0; n <= size.BENCH_RUSHES; n++) {
    const world = await makeWorld(db, scene)
    const before = cpuS(server.pid)
    load.tell({ port, connections: CONNECTIONS, ...world })
    const answers = z.array(answer).parse(await load.next())
    const { oversold, left } = await outcome(db, world)
    rushes.push({ ...rushOf(answers), cpuS: cpuS(server.pid) - before, oversold, undersold: left })
  }
  await load.stop()
  await server.stop()
  return figuresOf(rushes.slice(1))
}

type Rush = ReturnType<typeof rushOf> & { cpuS: number; oversold: number; undersold: number }

function figuresOf(rushes: readonly Rush[]) {
  const total = (read: (rush: Rush) => number) => sum(rushes.map(read))
  const beforeS = total((rush) => rush.beforeS)
  return {
    commits: total((rush) => rush.winnerMs.length),
    committedPerS: total((rush) => rush.winnerMs.length) / beforeS,
    decisionsPerS: total((rush) => rush.decisionsBefore) / beforeS,
    decisionsAfterPerS: total((rush) => rush.decisionsAfter) / total((rush) => rush.afterS),
    winnerMs: rushes.flatMap((rush) => rush.winnerMs),
    loserMs: rushes.flatMap((rush) => rush.loserMs),
    cpuS: total((rush) => rush.cpuS),
    oversold: total((rush) => rush.oversold),
    undersold: total((rush) => rush.undersold),
  }
}

/** A rush begins with the first question and is sold out with the last order that was taken. */
function rushOf(answers: readonly z.infer<typeof answer>[]) {
  const strange = answers.find(([, , status]) => status !== CREATED && status !== CONFLICT)
  if (strange) throw new Error(`an order was answered with ${strange[2]}`)
  const began = Math.min(...answers.map(([at, took]) => at - took))
  const won = answers.filter(([, , status]) => status === CREATED)
  const lost = answers.filter(([, , status]) => status === CONFLICT)
  const soldOutAt = Math.max(...won.map(([at]) => at))
  const ended = Math.max(...answers.map(([at]) => at))
  const decisionsAfter = answers.filter(([at]) => at > soldOutAt).length
  return {
    beforeS: (soldOutAt - began) / 1000,
    afterS: (ended - soldOutAt) / 1000,
    decisionsBefore: answers.length - decisionsAfter,
    decisionsAfter,
    winnerMs: won.map(([, took]) => took),
    loserMs: lost.map(([, took]) => took),
  }
}

function rowOf(scene: Scene, name: RowName, runs: readonly Figures[]): Row {
  const of = (read: (figures: Figures) => number) => median(runs.map(read))
  const winners = runs.flatMap(({ winnerMs }) => winnerMs)
  const losers = runs.flatMap(({ loserMs }) => loserMs)
  const keepsNothing = name === 'lua alone'
  const decidesNothing = name === 'insert alone'
  return {
    row: name,
    scene: scene.name,
    committedPerS: keepsNothing ? null : of((run) => run.committedPerS),
    decisionsPerS: decidesNothing ? null : of((run) => run.decisionsPerS),
    decisionsAfterPerS: decidesNothing ? null : of((run) => run.decisionsAfterPerS),
    winnerMsP50: percentile(winners, 0.5),
    winnerMsP99: percentile(winners, 0.99),
    loserMsP50: percentile(losers, 0.5),
    loserMsP99: percentile(losers, 0.99),
    cpuS: of((run) => run.cpuS),
    commits: keepsNothing ? null : runs.reduce((total, run) => total + run.commits, 0),
    oversold: keepsNothing || decidesNothing ? null : Math.max(...runs.map((run) => run.oversold)),
    undersold: keepsNothing || decidesNothing ? null : Math.max(...runs.map((run) => run.undersold)),
  }
}
