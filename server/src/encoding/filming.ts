import type { AudioTap, Stage, VideoTap } from '../stage/index.ts'
import { createAudioLine } from './audio-line.ts'
import { type Cut, type Encoder, findPorts, startEncoder } from './encoder.ts'
import { Fmp4Reader, type Fragment, type Init } from './fmp4.ts'

export interface FilmingDeps {
  ffmpeg: string
  stage: Pick<Stage, 'tapVideo' | 'tapAudio'>
  limits: {
    /** How long the best layer of a simulcast is waited for. */
    readonly layerMsMax: number
    readonly stopMsMax: number
    readonly fragmentBytesMax: number
  }
}

/** What is filmed: ids of what a host sends. */
export interface Filmed {
  readonly showId: string
  readonly videoId: string
  /** Null is silence. */
  readonly audioId: string | null
}

export interface FilmHandlers {
  part(part: Init | Fragment): void
  /** What ffmpeg wrote cannot be read. */
  broken(error: unknown): void
}

export interface Filming {
  readonly videoId: string
  /** Changes the sound, which goes on without a break; null is silence. */
  setAudio(audioId: string | null): Promise<void>
  /** Lets the encoder write what it has, and ends. Idempotent. */
  stop(): void
  /** Resolves when all parts were handed over. `byItself`: neither `stop` nor the end of the picture ended it. */
  readonly ended: Promise<{ byItself: boolean; code: number | null; said: string }>
}

const FIRST_KEY_FRAMES_MS = 500

/** Makes fragmented MP4 of one host's picture and sound. @throws Fault `not_found` where it is sent no more */
export async function startFilming(
  { ffmpeg, stage, limits }: FilmingDeps,
  of: Filmed,
  cut: Cut,
  handlers: FilmHandlers,
): Promise<Filming> {
  const ports = await findPorts()
  const video = await stage.tapVideo(of.showId, of.videoId, ports.video)
  // ffmpeg dates both by the first packet that it hears: they must flow before it listens.
  await video.flow(limits.layerMsMax)
  const line = createAudioLine(ports.audio)
  const encoder = startEncoder(ffmpeg, video.codec, ports, cut)
  const sound = createSound(stage, of.showId, line)
  await sound.set(of.audioId)
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
    line.close()
    video.close()
    return { ...end, byItself }
  })
  return { videoId: of.videoId, setAudio: (audioId) => sound.set(audioId), stop, ended }
}

/** The source of the sound, one at a time. */
function createSound(stage: FilmingDeps['stage'], showId: string, line: ReturnType<typeof createAudioLine>) {
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
