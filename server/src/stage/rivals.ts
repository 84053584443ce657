import type { Battles } from '../battles/index.ts'
import type { Log } from '../kernel/log.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import { createQueue } from './queue.ts'
import type { ShowStage } from './show.ts'

interface RivalsDeps {
  battles: Pick<Battles, 'rivalsOf' | 'onMoved'>
  /** Of the shows whose home is here. */
  stages: ReadonlyMap<string, Pick<ShowStage, 'setRival' | 'seenElsewhere'>>
  everyMs: number
  log: Log
}

/** Who is in battle with the shows whose home is here. What is told of it may get lost, so it is looked up now and then. */
export function createRivals({ battles, stages, everyMs, log }: RivalsDeps) {
  /** An older answer does not undo a newer one. */
  const queue = createQueue()
  const stops: (() => unknown)[] = []

  const settle = (showIds: Iterable<string>): Promise<void> =>
    queue(async () => {
      const here = [...showIds].filter((showId) => stages.has(showId))
      const rivals = await battles.rivalsOf(here)
      for (const showId of here) stages.get(showId)?.setRival(rivals.get(showId) ?? null)
    })

  function look(showIds: Iterable<string>): void {
    settle(showIds).catch((error) => log.warn({ err: error }, 'battles could not be looked up'))
  }

  return {
    look,

    /** There may be something else to see of a show: it may be the rival of one whose home is here. */
    seen(showId: string): void {
      for (const stage of stages.values()) stage.seenElsewhere(showId)
    },

    start(): void {
      const ticker: Closable = startTicker('stage rivals', everyMs, log, () => settle(stages.keys()))
      stops.push(battles.onMoved(look), () => ticker.close())
    },

    async close(): Promise<void> {
      await Promise.all(stops.map((stop) => stop()))
    },
  }
}
