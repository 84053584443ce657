import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A layer of the simulcast: real VP8 frames, a key frame at the beginning of each second. */
export interface Layer {
  readonly frames: readonly { readonly bytes: Buffer; readonly key: boolean }[]
}

export const FRAMES_PER_S = 30
const SECONDS = 10
/** 720p at 1.5 Mbit/s, about what LiveKit's published 720p figure was measured with (1.4 Mbit/s a subscriber). */
const LAYERS = [
  { size: '320x180', kbps: 150 },
  { size: '640x360', kbps: 450 },
  { size: '1280x720', kbps: 1500 },
] as const
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024

const run = promisify(execFile)

/** Encodes ten seconds of a moving picture, smallest layer first. */
export async function makeLayers(ffmpeg: string): Promise<Layer[]> {
  const layers: Layer[] = []
  for (const { size, kbps } of LAYERS) {
    const { stdout } = await run(
      ffmpeg,
      [
        ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi'],
        ...['-i', `testsrc2=size=${size}:rate=${FRAMES_PER_S}:duration=${SECONDS},noise=alls=12:allf=t`],
        ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-error-resilient', '1'],
        ...['-b:v', `${kbps}k`, '-minrate', `${kbps}k`, '-maxrate', `${kbps}k`],
        ...['-max-intra-rate', '600'], // of an average frame's bytes, in per cent: a call's encoder bounds it alike
        ...['-g', String(FRAMES_PER_S), '-keyint_min', String(FRAMES_PER_S), '-f', 'ivf', 'pipe:1'],
      ],
      { encoding: 'buffer', maxBuffer: OUTPUT_BYTES_MAX },
    )
    layers.push({ frames: framesOf(stdout) })
  }
  return layers
}

/** IVF: a header of 32 bytes, then each frame's length (4), its time (8) and its bytes. */
function framesOf(ivf: Buffer): Layer['frames'] {
  const frames: { bytes: Buffer; key: boolean }[] = []
  for (let at = 32; at + 12 <= ivf.length; ) {
    const length = ivf.readUInt32LE(at)
    const bytes = ivf.subarray(at + 12, at + 12 + length)
    frames.push({ bytes, key: (bytes[0]! & 1) === 0 }) // RFC 6386, section 9.1
    at += 12 + length
  }
  return frames
}

/** Sound at 50 packets a second: what Opus makes of silence would be smaller than speech, so the size of speech is kept. */
export const SOUND_BYTES = 80
