import type { Bench, Row } from '../lib/bench.ts'
import { benchShows, play, SCENE } from './run.ts'

/** What it costs to cross: the same room on one process, on two and on four, with one Redis. */

const PROCESSES = [1, 2, 4]

const bench: Bench = {
  title: 'nodes: one room of 240 viewers, 120 lines/s, 10 state events/s, on several processes',
  readsCpu: true,
  async run(say) {
    await benchShows()
    const rows: Row[] = []
    for (const servers of PROCESSES) {
      const row = `${servers} process${servers > 1 ? 'es' : ''}`
      rows.push(await play({ ...SCENE, row, servers, viewers: 240, linesPerS: 120 }))
      say(row)
    }
    return rows
  },
  reading(rows) {
    const [one, two, four] = rows.map((row) => Number(row.cpuUsPerDelivery))
    return [
      `CPU of all server processes per delivered line: two ${(two! / one!).toFixed(2)} of one's, four ${(four! / one!).toFixed(2)}`,
    ]
  },
}
export default bench
