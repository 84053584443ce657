import { setTimeout as sleep } from 'node:timers/promises'
import { Counter, Gauge } from 'prom-client'
import type { Metrics } from '../kernel/metrics.ts'
import type { ShowSources, Stage } from '../stage/index.ts'
import type { Trouble } from './store.ts'
import { startTake, type Take, type TakeDeps, type TakeOf } from './take.ts'

export interface RecorderDeps extends TakeDeps {
  metrics: Metrics
  stage: Pick<Stage, 'tapVideo' | 'tapAudio' | 'limits' | 'onSources'>
  /** Whether this tenant keeps replays. */
  keeps(tenantId: string): Promise<boolean>
}

/** A picture that is sent, and whether it is the main one. */
interface Wanted extends TakeOf {
  readonly isMain: boolean
}

/** One picture of one host, as long as it is sent. */
interface Line {
  readonly tenantId: string
  readonly showId: string
  wanted: Wanted | null
  take: Take | null
}

/** Records what hosts send to viewers: a take for each picture, begun anew when that changes or its encoder dies. */
export function createRecorder(deps: RecorderDeps) {
  const { stage, store, log, limits } = deps
  const lines = new Map<string, Line>()
  const busy = new Set<Promise<void>>()
  const closing = new AbortController()
  let running = 0
  const troubles = recorderMetrics(deps.metrics, () => running)
  let stopListening = (): void => {}

  function hear(sources: ShowSources): void {
    const sent = picturesOf(sources)
    for (const [key, line] of lines) {
      if (line.showId === sources.showId) want(line, sent.get(key) ?? null)
    }
    if (closing.signal.aborted) return
    const { tenantId, showId } = sources
    for (const [key, wanted] of sent) {
      if (lines.has(key)) continue
      const work = keep(key, { tenantId, showId, wanted, take: null }).finally(() => busy.delete(work))
      busy.add(work)
    }
  }

  function want(line: Line, wanted: Wanted | null): void {
    const becomesMain = wanted?.isMain && !line.wanted?.isMain
    line.wanted = wanted
    const { take } = line
    if (!take) return
    if (wanted?.videoId !== take.videoId) {
      take.stop()
      return
    }
    void take.setAudio(wanted.audioIds)
    if (becomesMain) take.keyFrame() // a replay shows it from there on
  }

  /** Until the host sends no more: one take after another. Between the last look and its end, nobody can come back. */
  async function keep(key: string, line: Line): Promise<void> {
    const { tenantId, showId } = line
    lines.set(key, line)
    while (line.wanted && !closing.signal.aborted) {
      const trouble = await record(line, line.wanted)
      if (!trouble) continue
      troubles.inc({ trouble })
      // What cannot be kept with the show is in the metrics and the log.
      await store.trouble(tenantId, showId, trouble).catch(() => {})
      await sleep(limits.againAfterMs, null, { ref: false, signal: closing.signal }).catch(() => {}) // cut short
    }
    lines.delete(key)
  }

  /** One take, to its end. @returns why it ended, if the host or the merchant did not want it so */
  async function record(line: Line, wanted: Wanted): Promise<Trouble | null> {
    const { tenantId, showId } = line
    if (running >= limits.takesMax) return 'too_many'
    running++
    try {
      if (!(await deps.keeps(tenantId))) {
        line.wanted = null
        return null
      }
      line.take = await startTake(deps, wanted)
      want(line, closing.signal.aborted ? null : line.wanted) // it may have changed meanwhile
      return await line.take.ended
    } catch (error) {
      log.warn({ err: error, showId }, 'a recording did not start')
      return 'encoder_failed'
    } finally {
      line.take = null
      running--
    }
  }

  return {
    start(): void {
      stopListening = stage.onSources(hear)
    },

    /** Ends all takes; resolves when they are in storage. */
    async close(): Promise<void> {
      closing.abort()
      stopListening()
      for (const line of lines.values()) want(line, null)
      await Promise.all(busy)
    },
  }
}

/** By person and source. A program that plays a film is no host whom anybody wants to see again. */
function picturesOf({ tenantId, showId, seats, mainId }: ShowSources): Map<string, Wanted> {
  const people = seats.filter(({ standIn }) => !standIn)
  const audioIds = people.flatMap(({ audioId }) => audioId ?? [])
  return new Map(
    people.flatMap(({ personId, pictures }) =>
      pictures.map(({ source, videoId }) => [
        `${showId}/${personId}/${source}`,
        { tenantId, showId, personId, source, videoId, audioIds, isMain: videoId === mainId },
      ]),
    ),
  )
}

function recorderMetrics(metrics: Metrics, count: () => number): Counter<'trouble'> {
  new Gauge({
    name: 'shelfcast_recordings',
    help: 'Pictures that are being recorded',
    registers: [metrics],
    collect() {
      this.set(count())
    },
  })
  return new Counter({
    name: 'shelfcast_recording_troubles_total',
    help: 'Recordings that ended by themselves or could not begin, by why',
    labelNames: ['trouble'],
    registers: [metrics],
  })
}
