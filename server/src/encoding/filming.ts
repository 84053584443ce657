import type { Stage, VideoTap } from '../stage/index.ts'
import { type Cut, type Encoder, findPorts, startEncoder } from './encoder.ts'
import { Fmp4Reader, type Fragment, type Init } from './fmp4.ts'
import { whenListening } from './listening.ts'
import { createSound } from './sound.ts'

export interface FilmingDeps {
  ffmpeg: string
  stage: Pick<Stage, 'tapVideo' | 'tapAudio' | 'limits'>
  limits: {
    /** How long the best layer of a simulcast is waited for. */
    readonly layerMsMax: number
    readonly stopMsMax: number
    /** How long sound that does not come is waited for: the sound of the others waits with it. */
    readonly soundLateMsMax: number
    readonly fragmentBytesMax: number
  }
}

/** What is filmed: ids of what hosts send. */
export interface Filmed {
  readonly showId: string
  readonly videoId: string
  /** All who are heard; none is silence. */
  readonly audioIds: readonly string[]
}

export interface FilmHandlers {
  part(part: Init | Fragment): void
  /** What ffmpeg wrote cannot be read. */
  broken(error: unknown): void
}

export interface Filming {
  readonly videoId: string
  /** When its beginning was, by `performance.now()`; null while that is not known. */
  begunAt(): number | null
  /** Changes who is heard; the sound goes on without a break. */
  setAudio(audioIds: readonly string[]): Promise<void>
  /** Asks for a key frame now, in which another film can take over. */
  keyFrame(): void
  /** Lets the encoder write what it has, and ends. Idempotent. */
  stop(): void
  /** Resolves when all parts were handed over. `byItself`: neither `stop` nor the end of the picture ended it. */
  readonly ended: Promise<{ byItself: boolean; code: number | null; said: string }>
}

const FIRST_KEY_FRAMES_MS = 500
const BEGINS_MS_MAX = 10_000

/** Makes fragmented MP4 of one picture and of what all hosts say. @throws Fault `not_found` where it is sent no more */
export async function startFilming(
  { ffmpeg, stage, limits }: FilmingDeps,
  of: Filmed,
  cut: Cut,
  handlers: FilmHandlers,
): Promise<Filming> {
  const ports = await findPorts(stage.limits.hostsMax)
  const video = await stage.tapVideo(of.showId, of.videoId, ports.video)
  // ffmpeg dates both by the first packet that it hears: they must flow before it listens.
  await video.flow(limits.layerMsMax)
  const sound = createSound(stage, of.showId, ports.audio, limits.soundLateMsMax)
  const encoder = startEncoder(ffmpeg, video.codec, ports, cut)
  // It dates picture and sound by the first packets that it hears, however long it then takes to encode them.
  let begunAt: number | null = null
  void whenListening(ports.video + 1, BEGINS_MS_MAX).then((at) => {
    begunAt = at
  })
  await sound.set(of.audioIds)
  let begun = false
  read(encoder, limits.fragmentBytesMax, {
    part(part) {
      begun = true
      handlers.part(part)
    },
    broken: handlers.broken,
  })
  const keyFrames = askForKeyFrames(video, () => (begun ? cut.keyFrameMs : FIRST_KEY_FRAMES_MS))
  let stopped = false
  const stop = (): void => {
    stopped = true
    encoder.stop(limits.stopMsMax)
  }
  video.onClose(stop)

  const ended = encoder.ended.then((end) => {
    const byItself = !stopped // closing the tap below stops, too
    keyFrames.stop()
    sound.close()
    video.close()
    return { ...end, byItself }
  })
  const { videoId } = of
  return {
    videoId,
    begunAt: () => begunAt,
    setAudio: sound.set,
    keyFrame: video.requestKeyFrame,
    stop,
    ended,
  }
}

function read(encoder: Encoder, bytesMax: number, { part, broken }: FilmHandlers): void {
  const reader = new Fmp4Reader(bytesMax)
  encoder.output.on('data', (chunk: Buffer) => {
    try {
      for (const one of reader.push(chunk)) part(one)
    } catch (error) {
      broken(error)
    }
  })
}

/** A segment begins with a key frame, and a browser sends one only when it is asked. */
function askForKeyFrames(video: VideoTap, everyMs: () => number) {
  let timer: NodeJS.Timeout
  const ask = (): void => {
    video.requestKeyFrame()
    timer = setTimeout(ask, everyMs())
    timer.unref()
  }
  ask()
  return { stop: () => clearTimeout(timer) }
}
