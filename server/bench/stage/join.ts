import type { Bench } from '../lib/bench.ts'
import { percentile } from '../lib/stats.ts'
import { openScene, sleep } from './scene.ts'
import type { Join } from './viewers.ts'

/** How long a viewer waits for a picture, when it comes alone and when a hundred come within a second. */

const SCENES = [
  { row: 'shelfcast, one at a time', joins: 20, overMs: 20_000 },
  { row: 'shelfcast, 100 in a second', joins: 100, overMs: 1000 },
] as const
const LATE_MS = 5000

const bench: Bench = {
  title:
    'join: from the WHEP offer to the first whole key frame; 720p simulcast, one worker, native receivers',
  async run(say) {
    const scene = await openScene({ workers: 1, viewersMax: 1000 })
    const rows = []
    for (const { row, joins, overMs } of SCENES) {
      const before = scene.viewers.joins.length
      const refused = await scene.viewers.join(joins, overMs)
      await sleep(LATE_MS)
      const came = scene.viewers.joins.slice(before)
      const times = (step: keyof Join) => came.flatMap((join) => join[step] ?? [])
      const waited = times('key')
      rows.push({
        row,
        joins,
        seen: waited.length,
        refused: refused.length,
        offeredMsP50: percentile(times('offered'), 0.5),
        answeredMsP50: percentile(times('answered'), 0.5),
        dtlsMsP50: percentile(times('up'), 0.5),
        joinMsP50: percentile(waited, 0.5),
        joinMsP99: percentile(waited, 0.99),
        joinMsMax: percentile(waited, 1),
      })
      say(row)
    }
    await scene.close()
    return rows
  },
  reading: (rows) =>
    rows.map(({ row, seen, joins, joinMsP50, joinMsP99 }) => {
      const [p50, p99] = [Number(joinMsP50), Number(joinMsP99)]
      return `${row}: ${seen} of ${joins} saw a picture, half of them within ${p50.toFixed(0)} ms (aim 250), 99 of 100 within ${p99.toFixed(0)} ms (aim 1,000)`
    }),
}
export default bench
