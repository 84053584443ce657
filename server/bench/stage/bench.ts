import { availableParallelism } from 'node:os'
import { cpuS } from '../../test/process.ts'
import type { Bench, Row } from '../lib/bench.ts'
import { percentile, sum } from '../lib/stats.ts'
import { openScene, sleep } from './scene.ts'

/**
 * How many viewers one core carries: a 720p simulcast host, and viewers added in steps until the worker has no more to
 * give or viewers lose packets; then the same over two workers, the second fed by pipe.
 */

const STEP = 50
const JOINS_PER_S = 25
const CLIMB_MS = 8000
const MEASURED_MS = 10_000
const FULL = 0.93
const LOSS_MAX = 0.005
const DELAY_MS_MAX = 500
/** Of what the first viewers got: below it, bandwidth estimation has gone down to a lower layer. */
const RATE_SHARE_MIN = 0.85
const SOURCE_AND_RECEIVERS = 1
/** LiveKit's published benchmark: one 720p publisher to 3,000 subscribers on 16 cores. */
const LIVEKIT_VIEWERS_PER_CORE = 187

const cpuOf = (pids: readonly number[]): number => sum(pids.map(cpuS))

async function play(workers: number, say: (text: string) => void): Promise<Row[]> {
  const scene = await openScene({ workers, viewersMax: 4000 })
  const rows: Row[] = []
  for (let viewers = STEP; ; viewers += STEP) {
    const from = scene.viewers.joins.length
    await scene.viewers.join(STEP, (STEP / JOINS_PER_S) * 1000)
    await sleep(CLIMB_MS)
    const before = {
      ...(await scene.viewers.stats()),
      worker: cpuOf(scene.workerPids),
      at: performance.now(),
    }
    await sleep(MEASURED_MS)
    const seen = await scene.viewers.stats()
    const s = (performance.now() - before.at) / 1000
    const workerCpu = (cpuOf(scene.workerPids) - before.worker) / s
    const lossShare = seen.lost / Math.max(1, seen.video + seen.lost)
    const joins = scene.viewers.joins.slice(from).flatMap(({ key }) => key ?? [])
    rows.push({
      row: `shelfcast, ${workers} worker${workers > 1 ? 's' : ''}, ${viewers} viewers`,
      workers,
      viewers: seen.up,
      seen: seen.keyed,
      workerCpu,
      receiverCpu: (seen.cpuS - before.cpuS) / s,
      packetsPerS: seen.packets / s,
      kbpsPerViewer: (seen.bytes * 8) / 1000 / s / Math.max(1, seen.up),
      cpuUsPerPacket: (workerCpu * 1e6) / (seen.packets / s),
      lossShare,
      joinMsP50: percentile(joins, 0.5),
      joinMsP99: percentile(joins, 0.99),
      delayMsP50: seen.delayMsP50,
      delayMsP99: seen.delayMsP99,
      viewersPerCore: workerCpu > 0 ? seen.up / workerCpu : null,
    })
    say(`${workers} worker(s), ${viewers} viewers: ${(workerCpu * 100).toFixed(0)} % of a core`)
    if (workerCpu > FULL * workers || lossShare > LOSS_MAX || seen.delayMsP99 > DELAY_MS_MAX) break
  }
  await scene.close()
  return rows
}

const bench: Bench = {
  title:
    'stage: one 720p simulcast host (1.5 Mbit/s on top), viewers in steps of 50, native receivers in one process',
  async run(say) {
    const rows = await play(1, say)
    const needed = 2 + SOURCE_AND_RECEIVERS
    if (availableParallelism() >= needed) return [...rows, ...(await play(2, say))]
    return [
      ...rows,
      { row: 'shelfcast, 2 workers', workers: 2, note: `not measurable: needs ${needed} cores` },
    ]
  },
  reading(rows) {
    const fullKbps = Number(rows[0]?.kbpsPerViewer)
    const whole = rows.filter(
      ({ workers, lossShare, delayMsP99, kbpsPerViewer }) =>
        workers === 1 &&
        Number(lossShare) <= LOSS_MAX &&
        Number(delayMsP99) <= DELAY_MS_MAX &&
        Number(kbpsPerViewer) >= RATE_SHARE_MIN * fullKbps,
    )
    const most = whole.at(-1)
    if (!most) return ['no step went without loss']
    const perCore = Number(most.viewersPerCore)
    return [
      `${most.viewers} viewers had the whole picture, and took ${(Number(most.workerCpu) * 100).toFixed(0)} % of one core: by proportion ${perCore.toFixed(0)} viewers per core (LiveKit publishes ${LIVEKIT_VIEWERS_PER_CORE})`,
      'a step beyond: the worker shares two cores with the source and the receivers, or is full; see workerCpu and kbpsPerViewer',
    ]
  },
}
export default bench
