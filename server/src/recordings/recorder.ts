import { Counter, Gauge } from 'prom-client'
import type { Metrics } from '../kernel/metrics.ts'
import type { SeatSources, ShowSources, Stage } from '../stage/index.ts'
import { startTake, type Take, type TakeDeps } from './take.ts'

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
  wanted: SeatSources | null
  take: Take | null
}

/** Records what hosts send to viewers: a take for each, begun anew when its picture changes or its encoder dies. */
export function createRecorder(deps: RecorderDeps) {
  const { stage, store, log, limits } = deps
  const lines = new Map<string, Line>()
  const busy = new Set<Promise<void>>()
  const troubles = recorderMetrics(deps.metrics, () => [...lines.values()].filter((line) => line.take).length)
  let closed = false
  let stopListening = (): void => {}

  function hear({ tenantId, showId, seats }: ShowSources): void {
    const sending = new Map(seats.filter(records).map((seat) => [`${showId}/${seat.personId}`, seat]))
    for (const [key, line] of lines) {
      if (line.showId === showId) want(line, sending.get(key) ?? null)
    }
    if (closed) return
    for (const [key, seat] of sending) {
      if (lines.has(key)) continue
      const line: Line = { tenantId, showId, wanted: seat, take: null }
      lines.set(key, line)
      const work = keep(line)
        .catch((error) => log.error({ err: error, showId }, 'a recording could not go on'))
        .finally(() => {
          lines.delete(key)
          busy.delete(work)
          // It came back between the last look and now.
          if (!closed && line.wanted) hear({ tenantId, showId, seats: [line.wanted] })
        })
      busy.add(work)
    }
  }

  function want(line: Line, seat: SeatSources | null): void {
    line.wanted = seat
    const { take } = line
    if (!take) return
    if (seat?.videoId !== take.videoId) take.stop()
    else void take.setAudio(seat.audioId)
  }

  /** Until the host sends no more: one take after another. */
  async function keep(line: Line): Promise<void> {
    const { tenantId, showId } = line
    if (!(await deps.keeps(tenantId))) {
      line.wanted = null
      return
    }
    while (line.wanted && !closed) {
      const trouble = lines.size > limits.takesMax ? 'too_many' : await record(line, line.wanted)
      if (!trouble) continue
      troubles.inc({ trouble })
      await store.trouble(tenantId, showId, trouble).catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, limits.againAfterMs).unref())
    }
  }

  async function record(line: Line, seat: SeatSources) {
    const { videoId } = seat
    if (videoId === null) return null
    const { tenantId, showId } = line
    try {
      line.take = await startTake(deps, { tenantId, showId, seat: { ...seat, videoId } })
      want(line, closed ? null : line.wanted) // it may have changed meanwhile
      return await line.take.ended
    } catch (error) {
      log.warn({ err: error, showId }, 'a recording did not start')
      return 'encoder_failed' as const
    } finally {
      line.take = null
    }
  }

  return {
    start(): void {
      stopListening = stage.onSources(hear)
    },

    /** Ends all takes; resolves when they are in storage. */
    async close(): Promise<void> {
      closed = true
      stopListening()
      for (const line of lines.values()) want(line, null)
      await Promise.all(busy)
    },
  }
}

/** A program that plays a film is no host whom anybody wants to see again. */
const records = (seat: SeatSources): boolean => !seat.standIn && seat.videoId !== null

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
