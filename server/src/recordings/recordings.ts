import type { Accounts } from '../accounts/index.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { keepFresh } from '../kernel/fresh.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import type { RoomLog } from '../rooms/index.ts'
import type { Shows } from '../shows/index.ts'
import type { Stage } from '../stage/index.ts'
import { createClipper } from './clips.ts'
import { createOrphans } from './orphans.ts'
import { createRecorder } from './recorder.ts'
import { createReplays } from './replays.ts'
import { watchSoundAlone } from './sound-alone.ts'
import { createStore } from './store.ts'

export interface RecordingsDeps {
  db: Db
  storage: ObjectStorage
  stage: Pick<Stage, 'tapVideo' | 'tapAudio' | 'limits' | 'onSources'>
  shows: Pick<Shows, 'get' | 'find' | 'shelf'>
  roomLog: Pick<RoomLog, 'record'>
  tenants: Pick<Accounts['tenants'], 'get'>
  /** Null: nothing is recorded; what was recorded is still shown. */
  ffmpeg: string | null
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['recordings']
}

const SHOWN_KEPT_MAX = 2000

export type Recordings = ReturnType<typeof createRecordings>

/** Records shows, cuts them into clips when they have ended, shows both, and deletes them when their time is over. */
export function createRecordings(deps: RecordingsDeps) {
  const { db, ffmpeg, limits, log } = deps
  const store = createStore(db)
  const replays = createReplays({ ...deps, store })
  const keeps = async (tenantId: string) => (await deps.tenants.get(tenantId)).replayDays > 0
  const recorder = ffmpeg
    ? createRecorder({
        ...deps,
        ffmpeg,
        store,
        keeps,
      })
    : null
  const clipper = ffmpeg ? createClipper({ ...deps, ffmpeg }) : null
  // Players ask for a segment every few seconds each.
  const isShown = keepFresh(
    store.isShown,
    { freshMs: limits.shownFreshMs, keptMax: SHOWN_KEPT_MAX },
    deps.clock,
  )
  let tickers: Closable[] = []

  /** Cuts the clips of shows that have ended. @returns how many shows */
  async function finish(): Promise<number> {
    await store.endStale(limits.staleMs)
    for (let count = 0; ; count++) {
      // A process without ffmpeg cuts no clips: it comes only when no other one has.
      const of = await store.claimEnded(
        limits.claimedMs,
        clipper ? 0 : limits.claimedMs,
        clipper ? limits.clipsAgainMs : 0,
      )
      if (!of) return count
      const timeline = await replays.pieces(of.tenantId, of.showId)
      const spans = await replays.pins(of.tenantId, of.showId, timeline)
      const { missing = false } = (await clipper?.make(of, spans, timeline)) ?? {}
      await store.ready(of.tenantId, of.showId, missing)
      log.info({ showId: of.showId, missing }, 'a replay is ready')
    }
  }

  /** Deletes what has expired. @returns how many shows' recordings */
  async function sweep(): Promise<number> {
    const expired = await store.expired(limits.sweptMax)
    for (const { tenantId, showId } of expired) await replays.remove(tenantId, showId)
    return expired.length
  }

  const orphans = createOrphans({ ...deps, store })

  return {
    replays,
    finish,
    sweep,
    sweepOrphans: orphans.sweep,
    isShown,

    start(): void {
      recorder?.start()
      tickers = [
        ...(recorder ? [watchSoundAlone({ ...deps, store, keeps })] : []),
        startTicker('ended recordings', limits.finishMs, log, finish),
        startTicker('expired recordings', limits.sweepMs, log, sweep),
        startTicker('orphans of recordings', limits.orphansEveryMs, log, orphans.sweep),
      ]
    },

    async close(): Promise<void> {
      await recorder?.close()
      await Promise.all(tickers.map((ticker) => ticker.close()))
    },
  }
}
