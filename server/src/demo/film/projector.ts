import { type ChildProcess, spawn } from 'node:child_process'
import type { RtpParameters } from 'mediasoup/types'
import { Fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Stage, StandIn } from '../../stage/index.ts'

const AGAIN_MS = 2000
const STOP_MS_MAX = 2000
const VIDEO = { payloadType: 101, ssrc: 22_222_222 }
const AUDIO = { payloadType: 111, ssrc: 11_111_111 }

/** As the film is encoded: no RTX and no NACK, since ffmpeg repeats nothing. */
const RTP = {
  video: {
    mid: '0',
    codecs: [{ mimeType: 'video/VP8', payloadType: VIDEO.payloadType, clockRate: 90_000 }],
    encodings: [{ ssrc: VIDEO.ssrc }],
    rtcp: { cname: 'shelfcast-demo' },
  },
  audio: {
    mid: '1',
    codecs: [{ mimeType: 'audio/opus', payloadType: AUDIO.payloadType, clockRate: 48_000, channels: 2 }],
    encodings: [{ ssrc: AUDIO.ssrc }],
    rtcp: { cname: 'shelfcast-demo' },
  },
} satisfies Record<string, RtpParameters>

export interface Projector {
  close(): Promise<void>
}

/**
 * The demo's host: plays the film on the show's stage while no person is on it. A person who goes live takes over;
 * when the stage is empty again, the film comes back. Ends with the show.
 */
export function startProjector(deps: {
  stage: Pick<Stage, 'standIn'>
  who: { tenantId: string; showId: string; personId: string }
  ffmpeg: string
  film: string
  log: Log
}): Projector {
  const { stage, who, log } = deps
  let closed = false
  let wake = (): void => {}
  const ended = play()

  async function play(): Promise<void> {
    while (!closed) {
      const again = await playOnce().catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'show_ended') return false
        // A person has the stage: nothing to tell.
        if (!(error instanceof Fault && error.code === 'host_seat_taken'))
          log.warn({ err: error }, 'the demo film stopped; trying again')
        return true
      })
      if (!again) return
      if (!closed) await pause(AGAIN_MS)
    }
  }

  /** Takes the seat and plays until the film, the seat or the demo ends. @returns whether to try again */
  async function playOnce(): Promise<boolean> {
    let film: ChildProcess | null = null
    let showEnded = false
    const seat = await stage.standIn(who, (reason) => {
      showEnded = reason === 'ended'
      film?.kill()
    })
    try {
      film = await project(deps.ffmpeg, deps.film, seat)
      const over = gone(film)
      wake = () => film?.kill()
      if (closed) film.kill()
      await seat.goLive()
      await over
    } finally {
      wake = () => {}
      film?.kill()
      seat.leave()
    }
    return !showEnded
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  return {
    async close() {
      closed = true
      wake()
      await ended
    },
  }
}

/**
 * Sends the film round and round to the stage, as it is encoded. A copy of its sound comes to our end of a pipe: should
 * this process be killed, ffmpeg fails to write there and ends, and no orphan keeps playing.
 */
async function project(ffmpeg: string, film: string, seat: StandIn): Promise<ChildProcess> {
  const video = await seat.receive('video', RTP.video)
  const audio = await seat.receive('audio', RTP.audio)
  const rtp = (to: Awaited<ReturnType<StandIn['receive']>>, { payloadType, ssrc }: typeof VIDEO) => [
    ...['-c', 'copy', '-payload_type', String(payloadType), '-ssrc', String(ssrc), '-f', 'rtp'],
    `rtp://127.0.0.1:${to.rtp}?rtcpport=${to.rtcp}&pkt_size=1200`,
  ]
  const child = spawn(
    ffmpeg,
    [
      ...[
        '-hide_banner',
        '-nostdin',
        '-loglevel',
        'error',
        '-xerror',
        '-re',
        '-stream_loop',
        '-1',
        '-i',
        film,
      ],
      ...['-map', '0:v', ...rtp(video, VIDEO)],
      ...['-map', '0:a', ...rtp(audio, AUDIO)],
      ...['-map', '0:a', '-c', 'copy', '-flush_packets', '1', '-f', 'data', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  child.stdout.resume()
  return child
}

/** Resolves when the process is gone; one that does not go when told to is killed. */
function gone(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const kill = child.kill.bind(child)
    child.kill = (signal) => {
      setTimeout(() => kill('SIGKILL'), STOP_MS_MAX).unref()
      return kill(signal)
    }
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
}
