import type { Limits } from '../config.ts'
import { type Filming, type Fragment, type Init, startFilming } from '../encoding/index.ts'
import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import type { Stage } from '../stage/index.ts'
import { initKey, segmentKey, takeFolder } from './objects.ts'
import { assertRoom, isFull } from './room.ts'
import type { RecordingStore, Trouble } from './store.ts'
import type { PictureSource } from './timeline.ts'

export interface TakeDeps {
  ffmpeg: string
  stage: Pick<Stage, 'tapVideo' | 'tapAudio' | 'limits'>
  storage: ObjectStorage
  store: RecordingStore
  clock: Clock
  log: Log
  limits: Limits['recordings']
}

/** Where a take belongs, and what it takes: one picture of one host, and what all hosts say. */
export interface TakeOf {
  readonly tenantId: string
  readonly showId: string
  readonly personId: string
  readonly source: PictureSource
  readonly videoId: string
  readonly audioIds: readonly string[]
}

export interface Take extends Pick<Filming, 'videoId' | 'setAudio' | 'keyFrame' | 'stop'> {
  /** Resolves when all is in storage: with the reason if it was not `stop` that ended it. */
  readonly ended: Promise<Trouble | null>
}

/** Starts to record a picture. @throws Fault `not_found` where it is sent no more */
export async function startTake(deps: TakeDeps, of: TakeOf): Promise<Take> {
  const { limits } = deps
  let filming: Filming | null = null
  const writer = createWriter(deps, of, {
    giveUp: () => filming?.stop(),
    startedAt() {
      const begunAt = filming?.begunAt() ?? null
      return begunAt === null ? null : Math.round(deps.clock.now() - (performance.now() - begunAt))
    },
  })
  const started = await startFilming(
    { ...deps, limits: { ...limits, fragmentBytesMax: limits.segmentBytesMax } },
    of,
    { keyFrameMs: limits.keyFrameMs, fragmentMs: null },
    { part: writer.add, broken: writer.fail },
  )
  filming = started
  const ended = started.ended.then(async ({ byItself, code, said }) => {
    const trouble = await writer.finish()
    if (trouble || !byItself) return trouble
    deps.log.warn({ showId: of.showId, code, said }, 'a recording ended by itself')
    return 'encoder_failed'
  })
  return { ...started, ended }
}

/** Puts parts into storage and then into the database, in their order. `giveUp` is called once if that fails. */
function createWriter(
  deps: TakeDeps,
  { tenantId, showId, personId, source }: TakeOf,
  { giveUp, startedAt }: { giveUp(): void; startedAt(): number | null },
) {
  const { storage, store, clock, log, limits } = deps
  const takeId = newId('tak')
  let turn: Promise<void> = Promise.resolve()
  let waiting = 0
  let trouble: Trouble | null = null
  let seq = 0
  /** Written with the first fragment, so that nothing lies about of a host who sends no picture. */
  let init: Buffer | null = null

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
    if (number === 0) {
      const at = startedAt() ?? cameAt - durationMs - fromMs
      await store.openTake({ tenantId, id: takeId, showId, personId, source, at })
    }
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
