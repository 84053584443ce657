import type { Bench, Row } from '../lib/bench.ts'
import { benchShows, play, SCENE, type Scene } from './run.ts'

/**
 * One room, lines that arrive singly: 250 viewers and 250 lines a second beside other ways to run a room, at which
 * every line reaches every viewer, and beside the least that a server does which gathers lines as ours; then ours with
 * more, and with the display rate that a room has. Every row has a minute before it is measured: at 250 lines a second
 * V8 needs as long until it has compiled what a line passes through, and a server that runs for days is measured in its
 * first minute by nobody. State events come ten times as often meanwhile: what they pass through would else be
 * passed through too seldom for that.
 */

const IDLERS = 3000
const WARM: Scene = { ...SCENE, warmMs: 60_000, warmStatePerS: 100, measureMs: 15_000 }

const SCENES: readonly Scene[] = [
  { ...WARM, row: 'shelfcast', idlers: IDLERS },
  { ...WARM, row: 'bare uWS', kind: 'uws', idlers: IDLERS },
  { ...WARM, row: 'uWS in batches, nothing else', kind: 'uws in batches', idlers: IDLERS },
  { ...WARM, row: 'socket.io on uWS', kind: 'socket.io on uws', idlers: IDLERS },
  { ...WARM, row: 'socket.io on node:http', kind: 'socket.io', idlers: IDLERS },
  { ...WARM, row: 'ws', kind: 'ws', idlers: IDLERS },
  { ...WARM, row: 'shelfcast, 1,000 viewers', viewers: 1000, linesPerS: 500, warmStatePerS: 25 },
  { ...WARM, row: 'shelfcast, display rate 20/s', displayPerS: 20 },
]

const bench: Bench = {
  title:
    'rooms: one room, 250 viewers, 250 lines/s singly, 10 state events/s; one load process; measured after a minute',
  readsCpu: true,
  async run(say) {
    await benchShows()
    const rows: Row[] = []
    for (const scene of SCENES) {
      rows.push(await play(scene))
      say(scene.row)
    }
    return rows
  },
  reading(rows) {
    const cost = (row: string) => Number(rows.find((one) => one.row === row)?.cpuUsPerDelivery)
    const of = (row: string) => {
      const beside = ['bare uWS', 'socket.io on node:http', 'ws']
      const shares = beside.map((other) => `${(cost(row) / cost(other)).toFixed(3)} of ${other}'s`)
      return `CPU of the server per delivered line, ${row}: ${shares.join(', ')}`
    }
    return [of('shelfcast'), of('uWS in batches, nothing else')]
  },
}
export default bench
