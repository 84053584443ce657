import type { Bench, Row } from '../lib/bench.ts'
import { ENCODINGS } from './job.ts'
import { benchShows, play, SCENE } from './run.ts'

/** What other forms of the frames to all would cost and save: JSON beside permessage-deflate and MessagePack. */

const ROOMS = [
  { linesPerS: 250, viewers: 250 },
  { linesPerS: 20, viewers: 1000 },
]

const bench: Bench = {
  title: 'encoding: frames as JSON, compressed by the WebSocket, and as MessagePack',
  readsCpu: true,
  async run(say) {
    await benchShows()
    const rows: Row[] = []
    for (const room of ROOMS) {
      for (const encoding of ENCODINGS) {
        rows.push(await play({ ...SCENE, ...room, encoding, row: encoding }))
        say(`${encoding}, ${room.viewers} viewers`)
      }
    }
    return rows
  },
  reading(rows) {
    return ROOMS.flatMap(({ viewers, linesPerS }) => {
      const of = (row: string, column: string) =>
        Number(rows.find((one) => one.row === row && one.viewers === viewers)?.[column])
      const share = (row: string, column: string) => (of(row, column) / of('json', column)).toFixed(2)
      return ENCODINGS.slice(1).map(
        (row) =>
          `${viewers} viewers, ${linesPerS} lines/s, ${row}: ${share(row, 'bytesPerDelivery')} of JSON's bytes, ${share(row, 'cpuUsPerDelivery')} of its CPU`,
      )
    })
  },
}
export default bench
