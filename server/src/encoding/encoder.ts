import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { setPriority } from 'node:os'
import type { RtpCodecParameters } from 'mediasoup/types'
import { AUDIO_PAYLOAD_TYPE } from './rtp.ts'

/** UDP ports on which ffmpeg listens; each has the one after it for RTCP. */
export interface Ports {
  readonly video: number
  readonly audio: readonly number[]
}

const NICE = 5
const TRIES = 50

/** Pairs of ports that were free a moment ago. */
export async function findPorts(voices: number): Promise<Ports> {
  const held: Socket[] = []
  try {
    const video = await holdPair(held)
    const audio: number[] = []
    while (audio.length < voices) audio.push(await holdPair(held))
    return { video, audio }
  } finally {
    for (const socket of held) socket.close()
  }
}

/** An even port and the next, held until they are closed. */
async function holdPair(held: Socket[]): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const first = await bound(0)
    if (!first) continue
    held.push(first)
    const { port } = first.address()
    const second = port % 2 === 0 ? await bound(port + 1) : null
    if (second) {
      held.push(second)
      return port
    }
  }
  throw new Error('no two neighbouring UDP ports are free')
}

function bound(port: number): Promise<Socket | null> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.once('error', () => resolve(null))
    socket.bind(port, '127.0.0.1', () => resolve(socket))
  })
}

/** RFC 8866: what ffmpeg will receive. */
function sessionDescription(video: RtpCodecParameters, ports: Ports): string {
  const name = video.mimeType.replace(/^video\//, '')
  const h264 = name.toUpperCase() === 'H264'
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=take',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=video ${ports.video} RTP/AVP ${video.payloadType}`,
    `a=rtpmap:${video.payloadType} ${name}/90000`,
    ...(h264 ? [`a=fmtp:${video.payloadType} packetization-mode=1`] : []),
    ...ports.audio.flatMap((port) => [
      `m=audio ${port} RTP/AVP ${AUDIO_PAYLOAD_TYPE}`,
      `a=rtpmap:${AUDIO_PAYLOAD_TYPE} opus/48000/2`,
    ]),
    '',
  ].join('\r\n')
}

/** How often a stream is cut. */
export interface Cut {
  readonly keyFrameMs: number
  /** A fragment ends after so long, and before each key frame; null: before key frames alone. */
  readonly fragmentMs: number | null
}

/**
 * Voices are added, not averaged: who speaks alone is as loud as before. Where several are loud at once the limiter keeps
 * them from clipping. `amix` counts samples and knows no times, so each voice is fitted to its times before: by a resampler
 * that is there from the beginning (`flags=res`). One that begins when it is first needed counts from `first_pts` again,
 * and lays as much silence before a voice as has gone by.
 */
function mix(voices: number): string {
  const inputs = Array.from({ length: voices }, (_, n) => n)
  return [
    ...inputs.map((n) => `[0:a:${n}]aresample=flags=res:async=1000:first_pts=0[v${n}];`),
    ...inputs.map((n) => `[v${n}]`),
    `amix=inputs=${voices}:normalize=0,alimiter=limit=0.9:attack=5:release=80:level=0[mix]`,
  ].join('')
}

/** H264 of 4:2:0 has no odd sides. A picture may: a quarter of what a busy browser still sends, a window that is shared. */
const EVEN = 'crop=trunc(iw/2)*2:trunc(ih/2)*2'

/** H264 is kept as it is; VP8, which MP4 players do not know, is encoded anew. Sound becomes AAC, which all play. */
function args(video: RtpCodecParameters, voices: number, { keyFrameMs, fragmentMs }: Cut): string[] {
  const copy = /h264$/i.test(video.mimeType)
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'warning'],
    ...['-protocol_whitelist', 'pipe,udp,rtp', '-analyzeduration', '2000000', '-fpsprobesize', '0'],
    ...['-max_delay', '300000', '-fflags', '+genpts', '-f', 'sdp', '-i', 'pipe:0'],
    ...['-filter_complex_threads', '1', '-filter_complex', mix(voices)],
    ...['-map', '0:v:0', '-map', '[mix]'],
    ...(copy
      ? ['-c:v', 'copy']
      : [
          ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
          ...['-crf', '23', '-maxrate', '3M', '-bufsize', '6M', '-threads', '2', '-vf', `fps=30,${EVEN}`],
          ...['-force_key_frames', `expr:gte(t,n_forced*${keyFrameMs / 1000})`],
        ]),
    ...['-c:a', 'aac', '-b:a', '96k', '-ar', '48000', '-ac', '2'],
    ...['-max_interleave_delta', '1000000', '-flush_packets', '1'],
    ...['-f', 'mp4', '-movflags', '+frag_keyframe+empty_moov+default_base_moof'],
    ...(fragmentMs === null ? [] : ['-frag_duration', `${fragmentMs * 1000}`]),
    'pipe:1',
  ]
}

export interface Encoder {
  readonly output: NodeJS.ReadableStream
  /** Resolves when it has ended and all its output was read. */
  readonly ended: Promise<{ code: number | null; said: string }>
  /** Lets it write what it has; kills it if that takes longer than `withinMs`. Idempotent. */
  stop(withinMs: number): void
}

const SAID_CHARS = 2000

/**
 * ffmpeg between two UDP ports and a pipe to us. Should this process be killed, ffmpeg fails to write and ends: no
 * orphan goes on.
 */
export function startEncoder(ffmpeg: string, video: RtpCodecParameters, ports: Ports, cut: Cut): Encoder {
  const child: ChildProcess = spawn(ffmpeg, args(video, ports.audio.length, cut), {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  let killing: NodeJS.Timeout | null = null
  child.stderr!.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-SAID_CHARS)
  })
  child.stdin!.on('error', () => {}) // it ended before it read: `ended` tells
  child.stdin!.end(sessionDescription(video, ports))
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, said: String(error) }))
    child.once('close', (code) => resolve({ code, said: said.trim() }))
  }).finally(() => killing && clearTimeout(killing))
  lowerPriority(child.pid)
  return {
    output: child.stdout!,
    ended,
    stop(withinMs) {
      if (killing) return
      child.kill('SIGTERM')
      killing = setTimeout(() => child.kill('SIGKILL'), withinMs)
      killing.unref()
    },
  }
}

/** What is live goes before what is kept. */
function lowerPriority(pid: number | undefined): void {
  try {
    if (pid) setPriority(pid, NICE)
  } catch {
    // it has ended already
  }
}
