import type { Bench, Row } from '../lib/bench.ts'
import { benchShows, play, SCENE, type Scene } from './run.ts'

/** How the cost of a delivered line grows with the viewers of a room and with the rooms, at a fixed rate and window. */

const FIXED: Scene = { ...SCENE, linesPerS: 40, statePerS: 1, flushMs: 250, loads: 2, measureMs: 5000 }
const VIEWERS = [100, 1000, 3000, 10_000]
const ROOMS = [1, 10, 100, 1000]
const VIEWERS_IN_ALL = 2000
/** Over all rooms: one rate from one room to a thousand. */
const LINES_IN_ALL_PER_S = 200

const bench: Bench = {
  title:
    'rooms-growth, a window of 250 ms: viewers of one room at 40 lines/s, then 2,000 viewers in one room to a thousand at 200 lines/s in all',
  readsCpu: true,
  async run(say) {
    await benchShows()
    const scenes = [
      ...VIEWERS.map((viewers) => ({ ...FIXED, row: `${viewers} viewers`, viewers })),
      ...ROOMS.map((rooms) => ({
        ...FIXED,
        row: rooms === 1 ? '1 room' : `${rooms} rooms`,
        rooms,
        viewers: VIEWERS_IN_ALL,
        linesPerS: LINES_IN_ALL_PER_S,
      })),
    ]
    const rows: Row[] = []
    for (const scene of scenes) {
      rows.push(await play(scene))
      say(scene.row)
    }
    return rows
  },
  reading(rows) {
    const cost = (row: string) => Number(rows.find((one) => one.row === row)?.cpuUsPerDelivery)
    return [
      `from 1,000 to 10,000 viewers a delivery costs ${(cost('10000 viewers') / cost('1000 viewers')).toFixed(2)} times`,
      `from 1 room to 1,000 it costs ${(cost('1000 rooms') / cost('1 room')).toFixed(2)} times`,
    ]
  },
}
export default bench
