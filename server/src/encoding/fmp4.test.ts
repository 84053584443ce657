import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { FFMPEG } from '../../test/plain-host.ts'
import { Fmp4Reader } from './fmp4.ts'

test.skipIf(FFMPEG === '')('reads what ffmpeg writes, in chunks of any size', () => {
  const stream = execFileSync(FFMPEG, [
    ...[
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=160x90:rate=25:duration=3',
      '-f',
      'lavfi',
      '-i',
      'sine=duration=3',
    ],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      '25',
      '-keyint_min',
      '25',
      '-bf',
      '0',
      '-c:a',
      'aac',
    ],
    ...['-f', 'mp4', '-movflags', '+frag_keyframe+empty_moov+default_base_moof', 'pipe:1'],
  ])
  for (const size of [1, 977, stream.length]) {
    const reader = new Fmp4Reader(1_000_000)
    const parts = []
    for (let at = 0; at < stream.length; at += size)
      parts.push(...reader.push(stream.subarray(at, at + size)))
    expect(
      parts.map((part) => (part.kind === 'init' ? 'init' : [part.fromMs, part.durationMs, part.key])),
    ).toEqual([
      'init',
      [0, 1023, true], // AAC begins 23 ms before the first picture
      [1023, 1000, true],
      [2023, 1000, true],
    ])
  }
})

test('what is no MP4 and what is too large is refused', () => {
  expect(() => new Fmp4Reader(1000).push(Buffer.from('hello, this is no box'))).toThrow('an MP4 box of')
  const box = Buffer.alloc(8)
  box.writeUInt32BE(1001)
  expect(() => new Fmp4Reader(1000).push(box)).toThrow('an MP4 box of 1001 bytes')
  expect(() => new Fmp4Reader(1000).push(Buffer.from('\0\0\0\x08mdat', 'latin1'))).toThrow('without its head')
})
