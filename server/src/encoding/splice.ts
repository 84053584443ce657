import {
  type Box,
  boxesOf,
  HEADER_BYTES,
  isKey,
  type Run,
  runsOf,
  type Sample,
  type Track,
  tracksOf,
} from './boxes.ts'

/** A take's initialisation and some of its segments, in their order. */
export interface Filmstrip {
  readonly init: Buffer
  readonly segments: readonly Buffer[]
}

/** Which of the sound goes with a picture; times are those of the stream in which the sound is. */
export interface SoundCut {
  /** Null: from the first frame on. */
  readonly fromMs: number | null
  /** Null: to the last frame. */
  readonly untilMs: number | null
  /** What is added to its times, to be those of the picture's stream. */
  readonly shiftMs: number
}

interface Found {
  readonly sample: Sample
  readonly fromTicks: number
  readonly bytes: Buffer
}

/**
 * One fragment of a picture, up to `untilMs` of its stream, and of sound that may be of another stream with the same
 * codec. A frame of sound belongs where it begins, so that fragments which follow each other share and lack none. What
 * initialises a decoder is that of the picture. Nothing is encoded anew.
 * @throws an Error for what `Fmp4Reader` would not have read
 */
export function splice(picture: Filmstrip, untilMs: number, sound: Filmstrip, cut: SoundCut): Buffer {
  const tracks = tracksOf(moovOf(picture.init))
  const video = trackOf(tracks, 'video')
  const place = trackOf(tracks, 'sound')
  const heard = trackOf(tracksOf(moovOf(sound.init)), 'sound')
  const within =
    (from: number | null, until: number | null, { timescale }: Track) =>
    (one: Found) =>
      one.fromTicks >= (from === null ? 0 : ticks(from, timescale)) &&
      one.fromTicks < (until === null ? Number.POSITIVE_INFINITY : ticks(until, timescale))
  const pictures = picture.segments
    .flatMap((segment) => samplesOf(segment, video))
    .filter(within(null, untilMs, video))
  const frames = sound.segments
    .flatMap((segment) => samplesOf(segment, heard))
    .filter(within(cut.fromMs, cut.untilMs, heard))
  if (!isKey(pictures[0]?.sample)) throw new Error('a segment that does not begin with a key frame')
  return fragment([
    {
      id: video.id,
      fromTicks: pictures[0]!.fromTicks,
      samples: endingAt(pictures, ticks(untilMs, video.timescale)),
    },
    {
      id: place.id,
      fromTicks: Math.max(0, (frames[0]?.fromTicks ?? 0) + ticks(cut.shiftMs, heard.timescale)),
      samples: frames,
    },
  ])
}

const ticks = (ms: number, timescale: number): number => Math.round((ms * timescale) / 1000)

function moovOf(init: Buffer): Buffer {
  const moov = boxesOf(init).find(({ type }) => type === 'moov')
  if (!moov) throw new Error('an MP4 stream without moov')
  return moov.body
}

function trackOf(tracks: readonly Track[], kind: Track['kind']): Track {
  const track = tracks.find((one) => one.kind === kind)
  if (!track) throw new Error(`an MP4 stream without ${kind}`)
  return track
}

/** All samples of a track in a segment, which is fragments of `moof` and `mdat`. */
function samplesOf(segment: Buffer, track: Track): Found[] {
  const found: Found[] = []
  let moofAt = 0
  let at = 0
  for (const { type, body } of boxesOf(segment)) {
    if (type === 'moof') {
      moofAt = at
      for (const run of runsOf(body))
        if (run.trackId === track.id) found.push(...samplesIn(segment, moofAt, run))
    }
    at += HEADER_BYTES + body.length
  }
  return found
}

function samplesIn(segment: Buffer, moofAt: number, { at, fromTicks, samples }: Run): Found[] {
  let from = moofAt + at
  let time = fromTicks
  return samples.map((sample) => {
    const one = { sample, fromTicks: time, bytes: segment.subarray(from, from + sample.size) }
    from += sample.size
    time += sample.ticks
    return one
  })
}

/** The last picture stays until the cut. */
const endingAt = (pictures: readonly Found[], until: number): readonly Found[] =>
  pictures.map((one) => {
    const over = one.fromTicks + one.sample.ticks - until
    return over > 0 ? { ...one, sample: { ...one.sample, ticks: one.sample.ticks - over } } : one
  })

interface Traf {
  readonly id: number
  readonly fromTicks: number
  readonly samples: readonly Found[]
}

const DEFAULT_BASE_IS_MOOF = 0x020000
/** Where the data is, and of each sample its duration, size, flags and offset. */
const TRUN_HAS = 0x1 | 0x100 | 0x200 | 0x400 | 0x800
const SAMPLE_BYTES = 16

function fragment(all: readonly Traf[]): Buffer {
  const trafs = all.filter(({ samples }) => samples.length > 0)
  const data = trafs.map(({ samples }) => Buffer.concat(samples.map(({ bytes }) => bytes)))
  const moofWith = (dataAt: readonly number[]): Buffer =>
    box('moof', [
      box('mfhd', [words(0, 1)]),
      ...trafs.map(({ id, fromTicks, samples }, index) =>
        box('traf', [
          box('tfhd', [words(DEFAULT_BASE_IS_MOOF, id)]),
          box('tfdt', [words(0x01000000, Math.floor(fromTicks / 2 ** 32), fromTicks % 2 ** 32)]),
          box('trun', [
            words(0x01000000 | TRUN_HAS, samples.length, dataAt[index] ?? 0),
            sampleTable(samples),
          ]),
        ]),
      ),
    ])
  const firstAt = moofWith([]).length + HEADER_BYTES
  let at = firstAt
  const dataAt = data.map((bytes) => {
    at += bytes.length
    return at - bytes.length
  })
  return Buffer.concat([moofWith(dataAt), box('mdat', data)])
}

function sampleTable(samples: readonly Found[]): Buffer {
  const table = Buffer.alloc(samples.length * SAMPLE_BYTES)
  for (const [index, { sample }] of samples.entries()) {
    const at = index * SAMPLE_BYTES
    table.writeUInt32BE(sample.ticks, at)
    table.writeUInt32BE(sample.size, at + 4)
    table.writeUInt32BE(sample.flags, at + 8)
    table.writeInt32BE(sample.offset, at + 12)
  }
  return table
}

function box(type: Box['type'], bodies: readonly Buffer[]): Buffer {
  const body = Buffer.concat(bodies)
  return Buffer.concat([words(HEADER_BYTES + body.length), Buffer.from(type, 'latin1'), body])
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4)
  return bytes
}
