import { CHAT_TEXT_MAX } from '@shelfcast/shared/protocol/limits.ts'
import type { Bench, Row } from '../lib/bench.ts'
import { benchShows, play, SCENE, type Scene } from './run.ts'

/** Five of a hundred viewers stop reading while long lines come fast enough to fill their buffers. */

const FIXED: Scene = {
  ...SCENE,
  viewers: 100,
  linesPerS: 1000,
  warmMs: 10_000,
  padding: '很'.repeat(CHAT_TEXT_MAX - 30),
  dropsApart: true,
}

const bench: Bench = {
  title: 'slow: 100 viewers, 1,000 long lines/s; all read, then 5% stop reading',
  async run(say) {
    await benchShows()
    const rows: Row[] = []
    for (const [row, stuck] of [
      ['all read', 0],
      ['5% stuck', 0.05],
    ] as const) {
      rows.push(await play({ ...FIXED, row, stuck }))
      say(row)
    }
    return rows
  },
  reading(rows) {
    const [all, some] = rows.map((row) => Number(row.stateMsP99))
    const [chatAll, chatSome] = rows.map((row) => Number(row.chatMsP99))
    const apart = Object.entries(rows[1] ?? {}).filter(([column]) => /^dropped./.test(column))
    return [
      `what the others feel: p99 of state ${(some! / all!).toFixed(2)} times, of chat ${(chatSome! / chatAll!).toFixed(2)} times; ${rows[1]?.dropped} events dropped for the slow, all counted: ${apart.map(([column, events]) => `${column} ${events}`).join(', ')}`,
    ]
  },
}
export default bench
