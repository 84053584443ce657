import { HEADER_BYTES, isKey, runsOf, type Track, ticksOf, tracksOf } from './boxes.ts'

/**
 * Reads a fragmented MP4 stream as ffmpeg writes it (`frag_keyframe+empty_moov+default_base_moof`): first what
 * initialises a decoder, then fragments of `moof` and `mdat`.
 */

export interface Init {
  readonly kind: 'init'
  readonly bytes: Buffer
}

export interface Fragment {
  readonly kind: 'fragment'
  readonly bytes: Buffer
  /** Of its first picture, from the beginning of the stream. */
  readonly fromMs: number
  readonly durationMs: number
  /** Whether a decoder can begin here. */
  readonly key: boolean
}

/** Takes the stream in chunks of any size and gives whole parts. @throws an Error for what is no such stream */
export class Fmp4Reader {
  readonly #partBytesMax: number
  #rest: Buffer = Buffer.alloc(0)
  #head: Buffer[] = []
  #track: Track | null = null
  #moof: Buffer | null = null
  /** Fragments of sound alone: they go with the next picture. */
  #sound: Buffer[] = []

  constructor(partBytesMax: number) {
    this.#partBytesMax = partBytesMax
  }

  push(chunk: Buffer): (Init | Fragment)[] {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    const parts: (Init | Fragment)[] = []
    for (;;) {
      const box = this.#nextBox()
      if (!box) return parts
      const part = this.#take(box)
      if (part) parts.push(part)
    }
  }

  /** The next whole box with its header, off the front of what came. */
  #nextBox(): Buffer | null {
    const rest = this.#rest
    if (rest.length < HEADER_BYTES) return null
    const size = rest.readUInt32BE(0)
    if (size < HEADER_BYTES || size > this.#partBytesMax) throw new Error(`an MP4 box of ${size} bytes`)
    if (rest.length < size) return null
    this.#rest = rest.subarray(size)
    return rest.subarray(0, size)
  }

  #take(box: Buffer): Init | Fragment | null {
    const type = box.toString('latin1', 4, 8)
    switch (type) {
      case 'ftyp':
        this.#head.push(box)
        return null
      case 'moov': {
        const track = tracksOf(box.subarray(HEADER_BYTES)).find(({ kind }) => kind === 'video')
        if (!track) throw new Error('an MP4 stream without a picture')
        this.#track = track
        this.#head.push(box)
        return { kind: 'init', bytes: Buffer.concat(this.#head.splice(0)) }
      }
      case 'moof':
        this.#moof = box
        return null
      case 'mdat': {
        const moof = this.#moof
        if (!moof || !this.#track) throw new Error('an MP4 fragment without its head')
        this.#moof = null
        const bytes = Buffer.concat([...this.#sound, moof, box])
        const picture = pictureOf(moof.subarray(HEADER_BYTES), this.#track)
        if (!picture && bytes.length > this.#partBytesMax)
          throw new Error('an MP4 stream whose picture stopped')
        this.#sound = picture ? [] : [bytes]
        return picture && { kind: 'fragment', bytes, ...picture }
      }
      default:
        return null // mfra and the like: an index that nobody asks
    }
  }
}

/** Null where it is sound alone. */
function pictureOf(moof: Buffer, { id, timescale }: Track): Omit<Fragment, 'kind' | 'bytes'> | null {
  const runs = runsOf(moof).filter(({ trackId }) => trackId === id)
  const [first] = runs
  if (!first) return null
  const ticks = runs.reduce((sum, run) => sum + ticksOf(run), 0)
  const ms = (value: number): number => Math.round((value * 1000) / timescale)
  const fromMs = ms(first.fromTicks)
  return { fromMs, durationMs: ms(first.fromTicks + ticks) - fromMs, key: isKey(first.samples[0]) }
}
