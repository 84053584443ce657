import { z } from 'zod'
import { cpuS, startProgram } from '../../test/process.ts'
import type { Bench, Row } from '../lib/bench.ts'
import { percentile, sum } from '../lib/stats.ts'
import { decodeSamples, type Kind, type LoadCommand, returnReport } from './job.ts'
import { benchShows, pidOfRedis, showId, startRoomServer } from './run.ts'

/** All viewers lose the network for a second while state events flow; who gets all that it missed, and how soon. */

const VIEWERS = 5000
const LOADS = 2
const AWAY_MS = 1000
const STATE_PER_S = 10
/** What each has missed by then, with some grace for timers. */
const MISSED_MIN = (AWAY_MS / 1000) * STATE_PER_S - 3

const bench: Bench = {
  title: `replay: ${VIEWERS} viewers are away for ${AWAY_MS} ms, ${STATE_PER_S} state events/s`,
  async run(say) {
    await benchShows()
    const rows: Row[] = []
    for (const [row, kind] of [
      ['shelfcast', 'shelfcast'],
      ['socket.io, connection state recovery', 'socket.io'],
    ] as const) {
      rows.push(await once(row, kind))
      say(row)
    }
    return rows
  },
  reading: (rows) =>
    rows.map(
      (row) =>
        `${row.row}: ${(100 * Number(row.recoveredShare)).toFixed(1)}% got all they missed, p99 ${Math.round(Number(row.replayMsP99))} ms`,
    ),
}
export default bench

async function once(row: string, kind: Kind): Promise<Row> {
  const rooms = [showId(2)]
  const { program: server, port } = await startRoomServer({ kind, rooms, recovery: true })
  const loads = Array.from({ length: LOADS }, () => startProgram('bench/rooms/load.ts'))
  const tell = async (command: LoadCommand) => {
    for (const load of loads) load.tell(command)
    return Promise.all(loads.map((load) => load.next()))
  }
  await tell({
    do: 'connect',
    kind,
    encoding: 'json',
    ports: [port],
    rooms,
    viewers: VIEWERS / LOADS,
    idle: false,
    stuck: 0,
  })
  server.tell({ do: 'state', perS: STATE_PER_S })
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const redisPid = await pidOfRedis()
  const before = { server: cpuS(server.pid), redis: cpuS(redisPid) }
  const reports = z
    .array(returnReport)
    .parse(await tell({ do: 'cut', awayMs: AWAY_MS, missedMin: MISSED_MIN }))
  const cpu = { server: cpuS(server.pid) - before.server, redis: cpuS(redisPid) - before.redis }
  await Promise.all([...loads, server].map((one) => one.stop('SIGKILL')))
  const replayMs = reports.flatMap((report) => decodeSamples(report.replayMs))
  return {
    row,
    viewers: VIEWERS,
    returned: sum(reports.map(({ returned }) => returned)),
    recoveredShare: sum(reports.map(({ recovered }) => recovered)) / VIEWERS,
    missed: sum(reports.map(({ missed }) => missed)),
    replayMsP50: percentile(replayMs, 0.5),
    replayMsP99: percentile(replayMs, 0.99),
    cpuUsPerReturn: (cpu.server * 1e6) / VIEWERS,
    redisCpuUsPerReturn: (cpu.redis * 1e6) / VIEWERS,
  }
}
