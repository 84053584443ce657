import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { RtpParameters } from 'mediasoup/types'
import type { ShowSources, Stage } from '../src/stage/index.ts'

/** Set-up finds or installs it (server/setup/steps/ffmpeg.mjs). */
export const FFMPEG = process.env.FFMPEG_BIN ?? (existsSync('/usr/bin/ffmpeg') ? '/usr/bin/ffmpeg' : '')

const RTP: Record<'h264' | 'vp8' | 'opus', RtpParameters> = {
  h264: {
    mid: '0',
    codecs: [
      {
        mimeType: 'video/H264',
        payloadType: 102,
        clockRate: 90_000,
        parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
      },
    ],
    encodings: [{ ssrc: 2222 }],
    rtcp: { cname: 'test' },
  },
  vp8: {
    mid: '0',
    codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 }],
    encodings: [{ ssrc: 2222 }],
    rtcp: { cname: 'test' },
  },
  opus: {
    mid: '1',
    codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
    encodings: [{ ssrc: 1111 }],
    rtcp: { cname: 'test' },
  },
}
const ENCODE = {
  h264: [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-profile:v',
    'baseline',
    '-bf',
    '0',
  ],
  vp8: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '500k'],
}

/** A host that is ffmpeg: a test picture with a key frame a second, and a tone of so many hertz unless it is `mute`. */
export async function plainHost(
  stage: Pick<Stage, 'standIn'>,
  who: { tenantId: string; showId: string; personId: string },
  { codec = 'h264', mute = false, hz = 440 }: { codec?: 'h264' | 'vp8'; mute?: boolean; hz?: number } = {},
) {
  let child: ChildProcess | null = null
  const seat = await stage.standIn(who, () => child?.kill('SIGKILL'))
  const video = await seat.receive('video', RTP[codec])
  const audio = mute ? null : await seat.receive('audio', RTP.opus)
  const to = (ports: { rtp: number; rtcp: number }) =>
    `rtp://127.0.0.1:${ports.rtp}?rtcpport=${ports.rtcp}&pkt_size=1200`
  child = spawn(
    FFMPEG,
    [
      ...['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'],
      ...['-re', '-f', 'lavfi', '-i', `sine=frequency=${hz}:sample_rate=48000`],
      ...['-map', '0:v', ...ENCODE[codec], '-pix_fmt', 'yuv420p', '-g', '25', '-keyint_min', '25'],
      ...['-payload_type', codec === 'h264' ? '102' : '101', '-ssrc', '2222', '-f', 'rtp', to(video)],
      ...(audio
        ? [
            '-map',
            '1:a',
            '-c:a',
            'libopus',
            '-ac',
            '2',
            '-payload_type',
            '111',
            '-ssrc',
            '1111',
            '-f',
            'rtp',
            to(audio),
          ]
        : []),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  await seat.goLive()
  return {
    leave() {
      seat.leave()
      child?.kill('SIGKILL')
    },
  }
}

/** The stage as one that takes programs for people, so that they are recorded. */
export const recordable = (stage: Stage): Pick<Stage, 'tapVideo' | 'tapAudio' | 'limits' | 'onSources'> => ({
  limits: stage.limits,
  tapVideo: stage.tapVideo,
  tapAudio: stage.tapAudio,
  onSources: (listener) =>
    stage.onSources((sources: ShowSources) =>
      listener({ ...sources, seats: sources.seats.map((seat) => ({ ...seat, standIn: false })) }),
    ),
})
