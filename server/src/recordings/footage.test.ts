import { execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { FFMPEG } from '../../test/plain-host.ts'
import { boxesOf, HEADER_BYTES, runsOf, tracksOf } from '../encoding/boxes.ts'
import { Fmp4Reader } from '../encoding/fmp4.ts'
import { createFootage } from './footage.ts'
import { initKey, segmentKey } from './objects.ts'
import { type TakeRow, timelineOf } from './timeline.ts'

/** What a replay of two hosts is made of, out of takes that ffmpeg wrote. */

const T0 = 1_800_000_000_000
const objects = new Map<string, Buffer>()
const footage = createFootage({
  get: async (key) => ({ bytes: objects.get(key)!, contentType: '' }),
})

/** A take with a key frame every two seconds; all hear the same tone. */
function filmed(id: string, startedAt: number, seconds: number, size: string): TakeRow {
  const stream = execFileSync(
    FFMPEG,
    [
      ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=${seconds}`],
      ...[
        '-f',
        'lavfi',
        '-i',
        `aevalsrc=0.5*sin(2*PI*440*(t+${(startedAt - T0) / 1000})):d=${seconds}:s=48000`,
      ],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-keyint_min', '50', '-bf', '0'],
      ...['-c:a', 'aac', '-b:a', '96k', '-ac', '2'],
      ...['-f', 'mp4', '-movflags', '+frag_keyframe+empty_moov+default_base_moof', 'pipe:1'],
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  )
  const segments: TakeRow['segments'][number][] = []
  for (const part of new Fmp4Reader(10_000_000).push(stream)) {
    if (part.kind === 'init') objects.set(initKey(id), part.bytes)
    else {
      objects.set(segmentKey(id, segments.length), part.bytes)
      segments.push({ seq: segments.length, fromMs: part.fromMs, durationMs: part.durationMs })
    }
  }
  return { id, personId: `per_${id}`, source: 'camera', startedAt, segments }
}

/** Frames of sound in segments, and when they begin, in ticks of 48 kHz of their stream. */
function frames(init: Buffer, segments: readonly Buffer[]) {
  const moov = boxesOf(init).find(({ type }) => type === 'moov')!.body
  const sound = tracksOf(moov).find(({ kind }) => kind === 'sound')!
  return segments.flatMap((segment) => {
    let at = 0
    let moofAt = 0
    const found: { bytes: string; ticks: number }[] = []
    for (const { type, body } of boxesOf(segment)) {
      if (type === 'moof') moofAt = at
      for (const run of type === 'moof' ? runsOf(body) : []) {
        let from = moofAt + run.at
        let ticks = run.fromTicks
        for (const { size, ticks: lasts } of run.trackId === sound.id ? run.samples : []) {
          found.push({ bytes: segment.toString('base64', from, from + size), ticks })
          from += size
          ticks += lasts
        }
      }
      at += HEADER_BYTES + body.length
    }
    return found
  })
}

test.skipIf(FFMPEG === '')(
  'the picture changes twice, and every frame of sound is there once, in its moment',
  async () => {
    const [a, b] = [filmed('a', T0, 12, '320x180'), filmed('b', T0 + 1370, 9, '180x320')]
    const mains = [
      { at: T0, of: { personId: 'per_a', source: 'camera' as const } },
      { at: T0 + 3000, of: { personId: 'per_b', source: 'camera' as const } },
      { at: T0 + 7100, of: { personId: 'per_a', source: 'camera' as const } },
    ]
    const pieces = timelineOf([a, b], mains)
    expect(pieces.map(({ takeId }) => takeId)).toEqual(['a', 'b', 'a'])

    const told: { bytes: string; ticks: number }[] = []
    let seconds = 0
    for (const piece of pieces) {
      const init = await footage.initOf(piece.takeId)
      const segments: Buffer[] = []
      for (const one of piece.segments) segments.push(await footage.bytesOf(piece, one))
      const shift = ((piece.takeId === 'b' ? b : a).startedAt - T0) * 48
      told.push(...frames(init, segments).map(({ bytes, ticks }) => ({ bytes, ticks: ticks + shift })))

      const args = ['-v', 'warning', '-stats', '-i', 'pipe:0', '-map', '0:v', '-f', 'null', '-']
      const { stderr } = spawnSync(FFMPEG, args, { input: Buffer.concat([init, ...segments]) })
      expect(String(stderr)).not.toMatch(/error|invalid|corrupt/i)
      const shown = /frame=\s*(\d+)/.exec(String(stderr).split('\r').at(-1)!)?.[1]
      expect(Number(shown) / 25).toBeCloseTo(piece.durationMs / 1000, 1)
      seconds += piece.durationMs / 1000
    }
    expect(seconds).toBeCloseTo(12, 1)

    const whole = frames(
      objects.get(initKey('a'))!,
      a.segments.map(({ seq }) => objects.get(segmentKey('a', seq))!),
    )
    expect(told.map(({ bytes }) => bytes)).toEqual(whole.map(({ bytes }) => bytes))
    for (const [index, { ticks }] of told.entries()) {
      expect(Math.abs(ticks - whole[index]!.ticks)).toBeLessThanOrEqual(48)
    }
  },
  30_000,
)
