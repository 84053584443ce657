import { FILM } from './scene.ts'

/** A music box over soft chords, as a WAV file whose end runs into its beginning. Made here: nobody's rights, no file. */

const RATE_HZ = 48_000
const CHORDS = [
  [57, 64, 69, 72],
  [53, 60, 65, 69],
  [60, 64, 67, 72],
  [55, 62, 67, 71],
  [57, 64, 69, 72],
  [53, 60, 65, 69],
]
const NOTES_PER_CHORD = 8
const PLUCKED = [0, 2, 3, 1, 3, 2, 1, 2] // which tone of the chord, in turn

const hertz = (midi: number): number => 440 * 2 ** ((midi - 69) / 12)

export function musicWav(): Buffer {
  const total = FILM.loopS * RATE_HZ
  const samples = new Float32Array(total)
  const chordS = FILM.loopS / CHORDS.length
  /** Beyond the end it goes on at the beginning, so the loop has no seam. */
  const add = (fromS: number, lengthS: number, wave: (t: number) => number): void => {
    const first = Math.round(fromS * RATE_HZ)
    for (let i = 0; i < lengthS * RATE_HZ; i++) {
      const at = (first + i) % total
      samples[at] = samples[at]! + wave(i / RATE_HZ)
    }
  }
  for (const [i, chord] of CHORDS.entries()) {
    for (const tone of chord) {
      const f = 2 * Math.PI * hertz(tone - 12)
      // Each chord swells in while the one before it fades out.
      add(
        i * chordS,
        chordS * 2,
        (t) => 0.022 * Math.sin(f * t) * Math.sin((Math.PI * t) / (chordS * 2)) ** 2,
      )
    }
    for (let note = 0; note < NOTES_PER_CHORD; note++) {
      const f = 2 * Math.PI * hertz(chord[PLUCKED[note]!]! + 12)
      const loudness = note % 4 === 0 ? 0.05 : 0.032
      add(i * chordS + (note * chordS) / NOTES_PER_CHORD, 2.4, (t) => {
        const attack = Math.min(1, t / 0.006)
        return (
          loudness *
          attack *
          (Math.exp(-2.6 * t) * Math.sin(f * t) + 0.3 * Math.exp(-6 * t) * Math.sin(3 * f * t))
        )
      })
    }
  }
  return wav(samples)
}

/** One channel of 16 bits (RIFF WAVE, format 1). */
function wav(samples: Float32Array): Buffer {
  const data = Buffer.alloc(samples.length * 2)
  samples.forEach((value, i) => {
    data.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value)) * 32_767), i * 2)
  })
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE_HZ, 24)
  head.writeUInt32LE(RATE_HZ * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}
