import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import type { AudioTap, SeatSources, Stage, VideoTap } from '../stage/index.ts'
import { createAudioLine } from './audio-line.ts'
import { type Encoder, findPorts, startEncoder } from './encoder.ts'
import { Fmp4Reader, type Fragment, type Init } from './fmp4.ts'
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
const FIRST_KEY_FRAMES_MS = 500

/** Starts to record what one host sends. @throws Fault `not_found` where it is sent no more */
export async function startTake(deps: TakeDeps, of: TakeOf): Promise<Take> {
  const { stage, limits } = deps
  const ports = await findPorts()
  const video = await stage.tapVideo(of.showId, of.seat.videoId, ports.video)
  // ffmpeg dates both by the first packet that it hears: they must flow before it listens.
  await video.flow(limits.layerMsMax)
  const line = createAudioLine(ports.audio)
  const encoder = startEncoder(deps.ffmpeg, video.codec, ports, limits.keyFrameMs)
  const sound = createSound(stage, of.showId, line)
  await sound.set(of.seat.audioId)
  const writer = createWriter(deps, of, () => encoder.stop(limits.stopMsMax))
  readInto(encoder, writer, limits.segmentBytesMax)
  const keyFrames = askForKeyFrames(video, writer, limits.keyFrameMs)
  let stopped = false
  const stop = (): void => {
    stopped = true
    encoder.stop(limits.stopMsMax)
  }
  video.onClose(stop)

  const ended = encoder.ended.then(async ({ code, said }) => {
    const byItself = !stopped
    keyFrames.stop()
    sound.close()
    line.close()
    video.close()
    const trouble = await writer.finish()
    if (trouble || !byItself) return trouble
    deps.log.warn({ showId: of.showId, code, said }, 'a recording ended by itself')
    return 'encoder_failed'
  })
  return { videoId: of.seat.videoId, setAudio: (audioId) => sound.set(audioId), stop, ended }
}

/** The source of a take's sound, one at a time. */
function createSound(stage: TakeDeps['stage'], showId: string, line: ReturnType<typeof createAudioLine>) {
  let present: AudioTap | null = null
  let presentId: string | null = null

  return {
    async set(audioId: string | null): Promise<void> {
      if (audioId === presentId) return
      presentId = audioId
      present?.close()
      present = null
      line.newSource()
      if (audioId === null) return
      // A microphone that goes at this moment leaves silence.
      const tap = await stage.tapAudio(showId, audioId, line).catch(() => null)
      if (presentId === audioId) present = tap
      else tap?.close()
    },
    close(): void {
      presentId = null
      present?.close()
    },
  }
}

function readInto(encoder: Encoder, writer: Writer, bytesMax: number): void {
  const reader = new Fmp4Reader(bytesMax)
  encoder.output.on('data', (chunk: Buffer) => {
    try {
      for (const part of reader.push(chunk)) writer.add(part)
    } catch (error) {
      writer.fail(error)
    }
  })
}

/** A segment ends where the next key frame begins, and a browser sends one only when it is asked. */
function askForKeyFrames(video: VideoTap, writer: Writer, everyMs: number) {
  let timer: NodeJS.Timeout
  const ask = (): void => {
    video.requestKeyFrame()
    timer = setTimeout(ask, writer.begun ? everyMs : FIRST_KEY_FRAMES_MS)
    timer.unref()
  }
  ask()
  return { stop: () => clearTimeout(timer) }
}

type Writer = ReturnType<typeof createWriter>

/** Puts parts into storage and then into the database, in their order. `giveUp` is called once if that fails. */
function createWriter(deps: TakeDeps, { tenantId, showId, seat }: TakeOf, giveUp: () => void) {
  const { storage, store, clock, log, limits } = deps
  const takeId = newId('tak')
  let turn: Promise<void> = Promise.resolve()
  let waiting = 0
  let trouble: Trouble | null = null
  let begun = false
  let seq = 0
  let startedAt = Number.POSITIVE_INFINITY

  function fail(error: unknown): void {
    if (trouble) return
    trouble = isFull(error) ? 'storage_full' : 'storage_failed'
    log.error({ err: error, showId, trouble }, 'a recording stopped')
    giveUp()
  }

  async function writeInit({ bytes }: Init): Promise<void> {
    await storage.put(initKey(takeId), { bytes, contentType: 'video/mp4' })
  }

  async function writeFragment({ bytes, fromMs, durationMs }: Fragment, cameAt: number): Promise<void> {
    if ((await storage.freeBytes()) < limits.freeBytesMin) throw new StorageFull()
    const number = seq++
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
    get begun() {
      return begun
    },

    add(part: Init | Fragment): void {
      if (trouble) return
      begun = true
      if (part.kind === 'fragment' && (!part.key || part.durationMs <= 0)) return // nothing can begin there
      if (++waiting > limits.unwrittenMax) {
        fail(new Error('storage is too slow for this recording'))
        return
      }
      const cameAt = clock.now()
      turn = turn
        .then(async () => {
          if (!trouble) await (part.kind === 'init' ? writeInit(part) : writeFragment(part, cameAt))
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

class StorageFull extends Error {}

const isFull = (error: unknown): boolean =>
  error instanceof StorageFull ||
  (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
