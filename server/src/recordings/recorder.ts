import { setTimeout as sleep } from 'node:timers/promises'
import { Counter, Gauge } from 'prom-client'
import type { Metrics } from '../kernel/metrics.ts'
import type { SeatSources, ShowSources, Stage } from '../stage/index.ts'
import type { Trouble } from './store.ts'
import { type FilmedSeat, startTake, type Take, type TakeDeps } from './take.ts'

export interface RecorderDeps extends TakeDeps {
  metrics: Metrics
  stage: Pick<Stage, 'tapVideo' | 'tapAudio' | 'onSources'>
  /** Whether this tenant keeps replays. */
  keeps(tenantId: string): Promise<boolean>
}

/** One host of a show, as long as it sends a picture. */
interface Line {
  readonly tenantId: string
  readonly showId: string
  wanted: FilmedSeat | null
  take: Take | null
}

/** Records what hosts send to viewers: a take for each, begun anew when its picture changes or its encoder dies. */
export function createRecorder(deps: RecorderDeps) {
  const { stage, store, log, limits } = deps
  const lines = new Map<string, Line>()
  const busy = new Set<Promise<void>>()
  const closing = new AbortController()
  let running = 0
  const troubles = recorderMetrics(deps.metrics, () => running)
  let stopListening = (): void => {}

  function hear({ tenantId, showId, seats }: ShowSources): void {
    const sending = new Map(seats.filter(records).map((seat) => [`${showId}/${seat.personId}`, seat]))
    for (const [key, line] of lines) {
      if (line.showId === showId) want(line, sending.get(key) ?? null)
    }
    if (closing.signal.aborted) return
    for (const [key, seat] of sending) {
      if (lines.has(key)) continue
      const work = keep(key, { tenantId, showId, wanted: seat, take: null }).finally(() => busy.delete(work))
      busy.add(work)
    }
  }

  function want(line: Line, seat: FilmedSeat | null): void {
    line.wanted = seat
    const { take } = line
    if (!take) return
    if (seat?.videoId !== take.videoId) take.stop()
    else void take.setAudio(seat.audioId)
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
  async function record(line: Line, seat: FilmedSeat): Promise<Trouble | null> {
    const { tenantId, showId } = line
    if (running >= limits.takesMax) return 'too_many'
    running++
    try {
      if (!(await deps.keeps(tenantId))) {
        line.wanted = null
        return null
      }
      line.take = await startTake(deps, { tenantId, showId, seat })
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

/** A program that plays a film is no host whom anybody wants to see again. */
const records = (seat: SeatSources): seat is FilmedSeat => !seat.standIn && seat.videoId !== null

function recorderMetrics(metrics: Metrics, count: () => number): Counter<'trouble'> {
  new Gauge({
    name: 'shelfcast_recordings',
    help: 'Hosts that are being recorded',
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
