/**
 * Reads a fragmented MP4 stream as ffmpeg writes it (`frag_keyframe+empty_moov+default_base_moof`), by ISO/IEC
 * 14496-12: first what initialises a decoder, then fragments of `moof` and `mdat`.
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

interface VideoTrack {
  readonly id: number
  readonly timescale: number
}

interface Box {
  readonly type: string
  readonly body: Buffer
}

const HEADER_BYTES = 8
const NON_SYNC = 0x10000

/** Takes the stream in chunks of any size and gives whole parts. @throws an Error for what is no such stream */
export class Fmp4Reader {
  readonly #partBytesMax: number
  #rest: Buffer = Buffer.alloc(0)
  #head: Buffer[] = []
  #track: VideoTrack | null = null
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
      case 'moov':
        this.#track = videoTrackOf(box.subarray(HEADER_BYTES))
        this.#head.push(box)
        return { kind: 'init', bytes: Buffer.concat(this.#head.splice(0)) }
      case 'moof':
        this.#moof = box
        return null
      case 'mdat': {
        const moof = this.#moof
        if (!moof || !this.#track) throw new Error('an MP4 fragment without its head')
        this.#moof = null
        const bytes = Buffer.concat([...this.#sound, moof, box])
        const picture = pictureOf(moof, this.#track)
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
function pictureOf(moof: Buffer, track: VideoTrack): Omit<Fragment, 'kind' | 'bytes'> | null {
  for (const { type, body } of boxesOf(moof.subarray(HEADER_BYTES))) {
    if (type !== 'traf') continue
    const inside = boxesOf(body)
    const tfhd = readTfhd(boxOf(inside, 'tfhd'))
    if (tfhd.trackId !== track.id) continue
    const fromTicks = readTfdt(boxOf(inside, 'tfdt'))
    const runs = inside.filter((one) => one.type === 'trun').map((one) => readTrun(one.body, tfhd))
    const ticks = runs.reduce((sum, run) => sum + run.ticks, 0)
    const ms = (value: number): number => Math.round((value * 1000) / track.timescale)
    return {
      fromMs: ms(fromTicks),
      durationMs: ms(fromTicks + ticks) - ms(fromTicks),
      key: runs[0]?.key ?? false,
    }
  }
  return null
}

function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = []
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const size = bytes.readUInt32BE(at)
    if (size < HEADER_BYTES || at + size > bytes.length) throw new Error('an MP4 box that is cut off')
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      body: bytes.subarray(at + HEADER_BYTES, at + size),
    })
    at += size
  }
  return boxes
}

function boxOf(boxes: readonly Box[], type: string): Buffer {
  const box = boxes.find((one) => one.type === type)
  if (!box) throw new Error(`an MP4 stream without ${type}`)
  return box.body
}

/** `moov/trak/{tkhd, mdia/{mdhd, hdlr}}` of the track whose handler is `vide`. */
function videoTrackOf(moov: Buffer): VideoTrack {
  for (const { type, body } of boxesOf(moov)) {
    if (type !== 'trak') continue
    const trak = boxesOf(body)
    const mdia = boxesOf(boxOf(trak, 'mdia'))
    if (boxOf(mdia, 'hdlr').toString('latin1', 8, 12) !== 'vide') continue
    const tkhd = boxOf(trak, 'tkhd')
    const mdhd = boxOf(mdia, 'mdhd')
    // Version 1 has times of 8 bytes before these fields, version 0 of 4.
    return {
      id: tkhd.readUInt32BE(tkhd[0] === 1 ? 20 : 12),
      timescale: mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12),
    }
  }
  throw new Error('an MP4 stream without a picture')
}

interface Tfhd {
  readonly trackId: number
  readonly duration: number
  readonly flags: number
}

function readTfhd(box: Buffer): Tfhd {
  const has = box.readUInt32BE(0)
  let at = 8
  const field = (bit: number, bytes: number): number => {
    if (!(has & bit)) return 0
    at += bytes
    return box.readUInt32BE(at - 4)
  }
  field(0x1, 8) // base data offset
  field(0x2, 4) // sample description
  const duration = field(0x8, 4)
  field(0x10, 4) // size
  const flags = field(0x20, 4)
  return { trackId: box.readUInt32BE(4), duration, flags }
}

const readTfdt = (box: Buffer): number =>
  box[0] === 1 ? Number(box.readBigUInt64BE(4)) : box.readUInt32BE(4)

/** The duration of all samples, and whether the first one can be decoded alone. */
function readTrun(box: Buffer, defaults: Tfhd): { ticks: number; key: boolean } {
  const has = box.readUInt32BE(0)
  const count = box.readUInt32BE(4)
  let at = 8
  const next = (bit: number): number | null => {
    if (!(has & bit)) return null
    at += 4
    return box.readUInt32BE(at - 4)
  }
  next(0x1) // data offset
  let firstFlags = next(0x4)
  let ticks = 0
  for (let i = 0; i < count; i++) {
    ticks += next(0x100) ?? defaults.duration
    next(0x200) // size
    const flags = next(0x400)
    next(0x800) // composition offset
    if (i === 0) firstFlags ??= flags ?? defaults.flags
  }
  return { ticks, key: ((firstFlags ?? 0) & NON_SYNC) === 0 }
}
