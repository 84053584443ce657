import { z } from 'zod'
import { cpuS, type Program, startProgram } from '../../test/process.ts'
import type { Bench } from '../lib/bench.ts'
import { percentile, sum } from '../lib/stats.ts'
import { decodeSamples, type LoadCommand, stormReport } from './job.ts'
import { benchShows, pidOfRedis, showId, startRoomServer } from './run.ts'

/**
 * A server dies, and everybody comes back at once, each from where it was and with the ticket in hand, to one that has
 * just started and limits its rate, while state events flow.
 */

const VIEWERS = 10_000
const LOADS = 2
const UPGRADES_PER_S = '2000'
const STATE_PER_S = 10
const SETTLE_MS = 2000

const tellAll = (loads: readonly Program[], command: LoadCommand): Promise<unknown[]> => {
  for (const load of loads) load.tell(command)
  return Promise.all(loads.map((load) => load.next()))
}

const bench: Bench = {
  title: `storm: ${VIEWERS} viewers come back at once, each from where it was; a server takes ${UPGRADES_PER_S} a second`,
  async run(say) {
    await benchShows()
    const rooms = [showId(1)]
    const loads = Array.from({ length: LOADS }, () => startProgram('bench/rooms/load.ts'))
    const first = await startRoomServer({ kind: 'shelfcast', rooms })
    const seats = { kind: 'shelfcast', encoding: 'json', idle: false, stuck: 0 } as const
    await tellAll(loads, { do: 'connect', ...seats, ports: [first.port], rooms, viewers: VIEWERS / LOADS })
    first.program.tell({ do: 'state', perS: STATE_PER_S })
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    say('all are in')
    const { program, port } = await startRoomServer({ kind: 'shelfcast', rooms }, { UPGRADES_PER_S })
    await first.program.stop('SIGKILL')
    program.tell({ do: 'state', perS: STATE_PER_S })
    const redisPid = await pidOfRedis()
    const before = { server: cpuS(program.pid), redis: cpuS(redisPid) }
    const reports = z.array(stormReport).parse(await tellAll(loads, { do: 'storm', port }))
    const cpu = { server: cpuS(program.pid) - before.server, redis: cpuS(redisPid) - before.redis }
    await Promise.all([...loads, program].map((one) => one.stop('SIGKILL')))
    const joinMs = reports.flatMap((report) => decodeSamples(report.joinMs))
    return [
      {
        row: 'shelfcast',
        viewers: VIEWERS,
        inside: sum(reports.map(({ inside }) => inside)),
        recoveredShare: sum(reports.map(({ recovered }) => recovered)) / VIEWERS,
        joinMsP50: percentile(joinMs, 0.5),
        joinMsP99: percentile(joinMs, 0.99),
        allInMs: percentile(joinMs, 1),
        attemptsMax: Math.max(...reports.map(({ attemptsMax }) => attemptsMax)),
        errors: sum(reports.map(({ errors }) => errors)),
        cpuUsPerJoin: (cpu.server * 1e6) / VIEWERS,
        redisCpuUsPerJoin: (cpu.redis * 1e6) / VIEWERS,
      },
    ]
  },
  reading: ([row]) => [
    `${row?.inside} of ${VIEWERS} are in after ${(Number(row?.allInMs) / 1000).toFixed(1)} s, with at most ${row?.attemptsMax} attempts each and ${row?.errors} errors; ${(100 * Number(row?.recoveredShare)).toFixed(1)}% got all that they missed`,
  ],
}
export default bench
