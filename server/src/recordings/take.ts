import type { Limits } from '../config.ts'
import { type Fragment, type Init, startFilming } from '../encoding/index.ts'
import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import type { SeatSources, Stage } from '../stage/index.ts'
import { assertRoom, isFull } from './room.ts'
import type { RecordingStore, Trouble } from './store.ts'
import { initKey, segmentKey, takeFolder } from './timeline.ts'

export interface TakeDeps {
  ffmpeg: string
  stage: Pick<Stage, 'tapVideo' | 'tapAudio'>
  storage: ObjectStorage
  store: RecordingStore
  clock: Clock
  log: Log
  limits: Limits['recordings']
}

/** What a host who is seen sends. */
export type FilmedSeat = SeatSources & { readonly videoId: string }

/** Where a take belongs, and what it takes. */
export interface TakeOf {
  readonly tenantId: string
  readonly showId: string
  readonly seat: FilmedSeat
}

export interface Take {
  readonly videoId: string
  /** Changes the sound, which goes on without a break; null is silence. */
  setAudio(audioId: string | null): Promise<void>
  /** Writes what there is, and ends. Idempotent. */
  stop(): void
  /** Resolves when all is in storage: with the reason if it was not `stop` that ended it. */
  readonly ended: Promise<Trouble | null>
}

/** How many of the first fragments date a take: the one that came the quickest tells best when its pictures were. */
const DATING_FRAGMENTS = 10

/** Starts to record what one host sends. @throws Fault `not_found` where it is sent no more */
export async function startTake(deps: TakeDeps, of: TakeOf): Promise<Take> {
  const { limits } = deps
  const { videoId, audioId } = of.seat
  let giveUp = (): void => {}
  const writer = createWriter(deps, of, () => giveUp())
  const filming = await startFilming(
    { ...deps, limits: { ...limits, fragmentBytesMax: limits.segmentBytesMax } },
    { showId: of.showId, videoId, audioId },
    { keyFrameMs: limits.keyFrameMs, fragmentMs: null },
    { part: writer.add, broken: writer.fail },
  )
  giveUp = filming.stop
  const ended = filming.ended.then(async ({ byItself, code, said }) => {
    const trouble = await writer.finish()
    if (trouble || !byItself) return trouble
    deps.log.warn({ showId: of.showId, code, said }, 'a recording ended by itself')
    return 'encoder_failed'
  })
  return { videoId, setAudio: filming.setAudio, stop: filming.stop, ended }
}

/** Puts parts into storage and then into the database, in their order. `giveUp` is called once if that fails. */
function createWriter(deps: TakeDeps, { tenantId, showId, seat }: TakeOf, giveUp: () => void) {
  const { storage, store, clock, log, limits } = deps
  const takeId = newId('tak')
  let turn: Promise<void> = Promise.resolve()
  let waiting = 0
  let trouble: Trouble | null = null
  let seq = 0
  /** Written with the first fragment, so that nothing lies about of a host who sends no picture. */
  let init: Buffer | null = null
  let startedAt = Number.POSITIVE_INFINITY

  function fail(error: unknown): void {
    if (trouble) return
    trouble = isFull(error) ? 'storage_full' : 'storage_failed'
    log.error({ err: error, showId, trouble }, 'a recording stopped')
    giveUp()
  }

  async function writeFragment({ bytes, fromMs, durationMs }: Fragment, cameAt: number): Promise<void> {
    await assertRoom(storage, limits.freeBytesMin)
    const number = seq++
    if (number === 0 && init) await storage.put(initKey(takeId), { bytes: init, contentType: 'video/mp4' })
    await storage.put(segmentKey(takeId, number), { bytes, contentType: 'video/iso.segment' })
    const dated = cameAt - durationMs - fromMs
    const redated = number < DATING_FRAGMENTS && dated < startedAt
    if (redated) startedAt = dated
    if (number === 0)
      await store.openTake({ tenantId, id: takeId, showId, personId: seat.personId, at: startedAt })
    else if (redated) await store.moveTakeStart(tenantId, takeId, startedAt)
    await store.addSegment(tenantId, takeId, { seq: number, fromMs, durationMs, bytes: bytes.length })
  }

  return {
    add(part: Init | Fragment): void {
      if (trouble) return
      if (part.kind === 'init') {
        init = part.bytes
        return
      }
      if (!part.key || part.durationMs <= 0) return // nothing can begin there
      if (++waiting > limits.unwrittenMax) {
        fail(new Error('storage is too slow for this recording'))
        return
      }
      const cameAt = clock.now()
      turn = turn
        .then(async () => {
          if (!trouble) await writeFragment(part, cameAt)
        })
        .catch(fail)
        .finally(() => {
          waiting--
        })
    },

    fail,

    /** Resolves when all is written: with what went wrong. */
    async finish(): Promise<Trouble | null> {
      await turn
      const kept = await store.endTake(tenantId, takeId).catch(() => true) // the sweep will end it
      if (!kept) await storage.deleteFolder(takeFolder(takeId)).catch(() => {}) // an orphan, which nobody is shown
      return trouble
    },
  }
}
