import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { FFMPEG } from './plain-host.ts'

const RATE = 8000
const WINDOW_MS = 250

/** How loud each tone is in what `of` (an address, or bytes) sounds like, a quarter of a second after another; 1 is full scale. */
export async function tonesOf(of: string | Buffer, hz: readonly number[]): Promise<number[][]> {
  const input = typeof of === 'string' ? of : 'pipe:0'
  const args = [
    '-v',
    'error',
    '-i',
    input,
    '-map',
    '0:a',
    '-ac',
    '1',
    '-ar',
    `${RATE}`,
    '-f',
    'f32le',
    'pipe:1',
  ]
  const child = spawn(FFMPEG, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => {}) // it has read enough
  child.stdin.end(typeof of === 'string' ? undefined : of)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(child, 'close')
  const bytes = new Uint8Array(Buffer.concat(chunks)) // aligned
  const samples = new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4))
  const size = (RATE * WINDOW_MS) / 1000
  return Array.from({ length: Math.floor(samples.length / size) }, (_, index) => {
    const window = samples.subarray(index * size, (index + 1) * size)
    return hz.map((one) => loudness(window, one))
  })
}

/** Goertzel's algorithm: the amplitude of one frequency. */
function loudness(samples: Float32Array, hz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / RATE)
  let [one, two] = [0, 0]
  for (const sample of samples) [one, two] = [sample + factor * one - two, one]
  const power = one * one + two * two - factor * one * two
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length
}
