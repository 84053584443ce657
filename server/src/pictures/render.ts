import { type PictureRefusal, RENDITIONS_PX } from '@shelfcast/shared/pictures.ts'
import sharp from 'sharp'
import type { Limits } from '../config.ts'
import { Fault } from '../kernel/errors.ts'

export interface Rendered {
  /** Of the picture that came, upright. */
  readonly width: number
  readonly height: number
  readonly renditions: readonly { sidePx: number; webp: Buffer }[]
}

const BUSY_MS = 2000
const QUALITY = 82

/** How the formats that we take begin; what a file is called or says of itself is not asked. */
const MAGIC: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])), // JPEG
  (bytes) => bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
  (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  (bytes) => bytes.toString('latin1', 4, 8) === 'ftyp' && /avi[fs]/.test(bytes.toString('latin1', 8, 32)),
  (bytes) => /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6)),
]

/**
 * Makes the renditions of a picture: upright, without what its camera wrote into it, never larger than it came. One
 * picture at a time on one core, the others wait; libvips has no decoder but those of the formats above.
 */
export function createRender(limits: Limits['pictures']) {
  sharp.concurrency(1)
  sharp.cache(false)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({
    operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif'].map((format) => `VipsForeignLoad${format}`),
  })

  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()

  /** @throws Fault `picture_refused` with the reason · `unavailable` when too many wait */
  return async function render(bytes: Buffer): Promise<Rendered> {
    if (waiting >= limits.rendersWaitingMax) throw new Fault('unavailable', { retryAfterMs: BUSY_MS })
    waiting++
    const mine = turn.then(() => renderNow(bytes, limits))
    turn = mine.catch(() => {})
    try {
      return await mine
    } finally {
      waiting--
    }
  }
}

async function renderNow(bytes: Buffer, limits: Limits['pictures']): Promise<Rendered> {
  const { width, height } = await measure(bytes, limits)
  const largest = RENDITIONS_PX.at(-1)!
  // Decoded once, to the largest size that is needed; what is smaller is made from that.
  const { data, info } = await sharp(bytes, { limitInputPixels: limits.pixelsMax, sequentialRead: true })
    .autoOrient()
    .resize({ width: largest, height: largest, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .timeout({ seconds: Math.ceil(limits.renderMsMax / 1000) })
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(refuse('broken'))
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const renditions: Rendered['renditions'][number][] = []
  for (const sidePx of RENDITIONS_PX) {
    const webp = await sharp(data, { raw })
      .resize({ width: sidePx, height: sidePx, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: QUALITY })
      .toBuffer()
    renditions.push({ sidePx, webp })
  }
  return { width, height, renditions }
}

/** Reads the header alone, before anything is decoded. @throws Fault `picture_refused` */
async function measure(
  bytes: Buffer,
  limits: Limits['pictures'],
): Promise<{ width: number; height: number }> {
  if (!MAGIC.some((begins) => begins(bytes))) throw refused('format')
  const header = await sharp(bytes, { limitInputPixels: false }).metadata().catch(refuse('broken'))
  const { width, height } = header.autoOrient
  if ((header.pages ?? 1) > 1) throw refused('animated')
  if (width * height > limits.pixelsMax) throw refused('too_many_pixels')
  if (Math.min(width, height) < limits.sidePxMin) throw refused('too_small')
  return { width, height }
}

const refused = (why: PictureRefusal, cause?: unknown): Fault =>
  new Fault('picture_refused', { extra: { why }, cause })

const refuse =
  (why: PictureRefusal) =>
  (error: unknown): never => {
    throw refused(why, error)
  }
