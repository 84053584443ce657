import { z } from 'zod'
import { cpuS, startProgram } from '../../test/process.ts'
import type { Bench } from '../lib/bench.ts'
import { percentile, sum } from '../lib/stats.ts'
import { decodeSamples, stormReport } from './job.ts'
import { benchShows, showId, startRoomServer } from './run.ts'

/** Everybody comes back at once, with tickets in hand, to a server that has just started and limits its rate. */

const VIEWERS = 10_000
const LOADS = 2
const UPGRADES_PER_S = '2000'

const bench: Bench = {
  title: `storm: ${VIEWERS} viewers connect at once; a server takes ${UPGRADES_PER_S} a second`,
  async run() {
    await benchShows()
    const room = showId(1)
    const server = await startRoomServer({ kind: 'shelfcast', rooms: [room] }, { UPGRADES_PER_S })
    const loads = Array.from({ length: LOADS }, () => startProgram('bench/rooms/load.ts'))
    const before = cpuS(server.program.pid)
    for (const load of loads) load.tell({ do: 'storm', port: server.port, room, viewers: VIEWERS / LOADS })
    const reports = z.array(stormReport).parse(await Promise.all(loads.map((load) => load.next())))
    const cpu = cpuS(server.program.pid) - before
    await Promise.all([...loads, server.program].map((one) => one.stop('SIGKILL')))
    const joinMs = reports.flatMap((report) => decodeSamples(report.joinMs))
    return [
      {
        row: 'shelfcast',
        viewers: VIEWERS,
        inside: sum(reports.map(({ inside }) => inside)),
        joinMsP50: percentile(joinMs, 0.5),
        joinMsP99: percentile(joinMs, 0.99),
        allInMs: percentile(joinMs, 1),
        attemptsMax: Math.max(...reports.map(({ attemptsMax }) => attemptsMax)),
        errors: sum(reports.map(({ errors }) => errors)),
        cpuUsPerJoin: (cpu * 1e6) / VIEWERS,
      },
    ]
  },
  reading: ([row]) => [
    `${row?.inside} of ${VIEWERS} are in after ${(Number(row?.allInMs) / 1000).toFixed(1)} s, with at most ${row?.attemptsMax} attempts each and ${row?.errors} errors`,
  ],
}
export default bench
