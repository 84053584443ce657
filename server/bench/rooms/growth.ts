import type { Bench, Row } from '../lib/bench.ts'
import { benchShows, play, SCENE, type Scene } from './run.ts'

/** How the cost of a delivered line grows with the viewers of a room and with the rooms, at a fixed rate and window. */

const FIXED: Scene = { ...SCENE, linesPerS: 40, statePerS: 1, flushMs: 250, loads: 2, measureMs: 5000 }
const VIEWERS = [100, 1000, 3000, 10_000]
const ROOMS = [10, 100, 1000]
const VIEWERS_IN_ALL = 2000

const bench: Bench = {
  title: 'rooms-growth: 40 lines/s, a window of 250 ms; viewers of one room, then rooms of 2,000 viewers',
  async run(say) {
    await benchShows()
    const scenes = [
      ...VIEWERS.map((viewers) => ({ ...FIXED, row: `${viewers} viewers`, viewers })),
      ...ROOMS.map((rooms) => ({
        ...FIXED,
        row: `${rooms} rooms`,
        rooms,
        viewers: VIEWERS_IN_ALL,
        linesPerS: 200,
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
    ]
  },
}
export default bench
