/** Boxes of fragmented MP4 as ffmpeg writes it, by ISO/IEC 14496-12. All throw an Error for what is no such box. */

export interface Box {
  readonly type: string
  readonly body: Buffer
}

export interface Track {
  readonly id: number
  readonly kind: 'video' | 'sound'
  /** Ticks a second. */
  readonly timescale: number
}

/** One picture, or one frame of sound; times are in ticks of its track. */
export interface Sample {
  readonly ticks: number
  readonly size: number
  readonly flags: number
  /** How much later it is shown than decoded. */
  readonly offset: number
}

/** Samples that lie behind each other. */
export interface Run {
  readonly trackId: number
  /** Of its first sample, from the beginning of the stream. */
  readonly fromTicks: number
  /** Where it is, from the beginning of its `moof` box. */
  readonly at: number
  readonly samples: readonly Sample[]
}

export const HEADER_BYTES = 8
const NON_SYNC = 0x10000

/** Whether a decoder can begin with it. */
export const isKey = (sample: Sample | undefined): boolean =>
  sample !== undefined && (sample.flags & NON_SYNC) === 0

export function boxesOf(bytes: Buffer): Box[] {
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

/** `moov/trak/{tkhd, mdia/{mdhd, hdlr}}`, from the body of `moov`. */
export function tracksOf(moov: Buffer): Track[] {
  return boxesOf(moov).flatMap(({ type, body }): Track[] => {
    if (type !== 'trak') return []
    const trak = boxesOf(body)
    const mdia = boxesOf(boxOf(trak, 'mdia'))
    const handler = boxOf(mdia, 'hdlr').toString('latin1', 8, 12)
    const tkhd = boxOf(trak, 'tkhd')
    const mdhd = boxOf(mdia, 'mdhd')
    // Version 1 has times of 8 bytes before these fields, version 0 of 4.
    const id = tkhd.readUInt32BE(tkhd[0] === 1 ? 20 : 12)
    const timescale = mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12)
    if (handler === 'vide') return [{ id, kind: 'video', timescale }]
    return handler === 'soun' ? [{ id, kind: 'sound', timescale }] : []
  })
}

/** The samples that a `moof`, from its body, tells of. */
export function runsOf(moof: Buffer): Run[] {
  return boxesOf(moof).flatMap(({ type, body }) => {
    if (type !== 'traf') return []
    const inside = boxesOf(body)
    const tfhd = readTfhd(boxOf(inside, 'tfhd'))
    let fromTicks = readTfdt(boxOf(inside, 'tfdt'))
    return inside.flatMap((one) => {
      if (one.type !== 'trun') return []
      const run = { trackId: tfhd.trackId, fromTicks, ...readTrun(one.body, tfhd) }
      fromTicks += ticksOf(run)
      return [run]
    })
  })
}

export const ticksOf = ({ samples }: Pick<Run, 'samples'>): number =>
  samples.reduce((sum, { ticks }) => sum + ticks, 0)

interface Defaults {
  readonly trackId: number
  readonly ticks: number
  readonly size: number
  readonly flags: number
}

function readTfhd(box: Buffer): Defaults {
  const has = box.readUInt32BE(0)
  let at = 8
  const field = (bit: number, bytes: number): number => {
    if (!(has & bit)) return 0
    at += bytes
    return box.readUInt32BE(at - 4)
  }
  field(0x1, 8) // base data offset
  field(0x2, 4) // sample description
  const ticks = field(0x8, 4)
  const size = field(0x10, 4)
  const flags = field(0x20, 4)
  return { trackId: box.readUInt32BE(4), ticks, size, flags }
}

const readTfdt = (box: Buffer): number =>
  box[0] === 1 ? Number(box.readBigUInt64BE(4)) : box.readUInt32BE(4)

function readTrun(box: Buffer, defaults: Defaults): Pick<Run, 'at' | 'samples'> {
  const has = box.readUInt32BE(0)
  const count = box.readUInt32BE(4)
  let at = 8
  const next = (bit: number): number | null => {
    if (!(has & bit)) return null
    at += 4
    return box.readUInt32BE(at - 4)
  }
  const dataAt = next(0x1) ?? 0
  const firstFlags = next(0x4)
  const samples: Sample[] = []
  for (let i = 0; i < count; i++) {
    const ticks = next(0x100) ?? defaults.ticks
    const size = next(0x200) ?? defaults.size
    const flags = next(0x400) ?? (i === 0 ? firstFlags : null) ?? defaults.flags
    samples.push({ ticks, size, flags, offset: (next(0x800) ?? 0) << 0 })
  }
  return { at: dataAt, samples }
}
