import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Limits } from '../config.ts'
import type { Db } from '../kernel/db.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import { createFootage } from './footage.ts'
import { clipKey } from './objects.ts'
import type { PinSpan } from './pins.ts'
import { assertRoom } from './room.ts'
import type { Piece, ShownSegment } from './timeline.ts'

/** Whole segments of one take. */
export interface Cut {
  readonly takeId: string
  readonly from: number
  readonly durationMs: number
  readonly segments: readonly ShownSegment[]
}

/**
 * The longest unbroken part of a span, from the key frame before its beginning on; no longer than `msMax`. Null where
 * less than `msMin` of it was recorded.
 */
export function cutOf(
  pieces: readonly Piece[],
  span: { readonly from: number; readonly until: number },
  { clipMsMin, clipMsMax }: Pick<Limits['recordings'], 'clipMsMin' | 'clipMsMax'>,
): Cut | null {
  const cuts = pieces.flatMap((piece) => {
    const startOf = ({ fromMs }: ShownSegment): number => piece.from + fromMs - piece.segments[0]!.fromMs
    const until = Math.min(span.until, span.from + clipMsMax)
    const segments = piece.segments.filter(
      (one) => startOf(one) + one.durationMs > span.from && startOf(one) < until,
    )
    const first = segments[0]
    if (!first) return []
    const durationMs = segments.reduce((sum, one) => sum + one.durationMs, 0)
    return [{ takeId: piece.takeId, from: startOf(first), durationMs, segments }]
  })
  const best = cuts.reduce<Cut | null>((a, b) => (a && a.durationMs >= b.durationMs ? a : b), null)
  return best && best.durationMs >= clipMsMin ? best : null
}

/** One span a product: its longest. */
function longestByProduct(spans: readonly PinSpan[]): PinSpan[] {
  const longest = new Map<string, PinSpan>()
  for (const span of spans) {
    const known = longest.get(span.productId)
    if (!known || span.until - span.from > known.until - known.from) longest.set(span.productId, span)
  }
  return [...longest.values()]
}

/** Cuts clips out of what was recorded: nothing is encoded anew. */
export function createClipper(deps: {
  db: Db
  ffmpeg: string
  storage: ObjectStorage
  log: Log
  limits: Limits['recordings']
}) {
  const {
    db: { sql },
    storage,
    limits,
    log,
  } = deps
  const footage = createFootage(storage)

  async function cut(of: { tenantId: string; showId: string }, span: PinSpan, pieces: readonly Piece[]) {
    const part = cutOf(pieces, span, limits)
    if (!part) return
    const [known] = await sql`
      select from clips where tenant_id = ${of.tenantId} and show_id = ${of.showId} and product_id = ${span.productId}`
    if (known) return // made before this process took over
    await assertRoom(storage, limits.freeBytesMin)
    const bytes = await remux(deps.ffmpeg, await bytesOf(part), limits.clipMadeMsMax)
    const id = newId('clp')
    await storage.put(clipKey(id), { bytes, contentType: 'video/mp4' })
    await sql`
      insert into clips (tenant_id, id, show_id, product_id, from_at, duration_ms, bytes)
      values (${of.tenantId}, ${id}, ${of.showId}, ${span.productId}, ${new Date(part.from)}, ${part.durationMs},
        ${bytes.length})`
  }

  async function bytesOf(part: Cut): Promise<Buffer[]> {
    const bytes = [await footage.initOf(part.takeId)]
    for (const segment of part.segments) bytes.push(await footage.bytesOf(part, segment))
    return bytes
  }

  return {
    /** One clip for each product that was pinned, once. @returns whether one could not be made, which is logged */
    async make(
      of: { tenantId: string; showId: string },
      spans: readonly PinSpan[],
      pieces: readonly Piece[],
    ): Promise<{ missing: boolean }> {
      let missing = false
      for (const span of longestByProduct(spans)) {
        await cut(of, span, pieces).catch((error) => {
          missing = true
          log.error({ err: error, showId: of.showId, productId: span.productId }, 'a clip was not made')
        })
      }
      return { missing }
    },
  }
}

/** Fragments to one plain MP4 file that plays while it is loaded. */
async function remux(ffmpeg: string, parts: readonly Buffer[], msMax: number): Promise<Buffer> {
  const work = await mkdtemp(join(tmpdir(), 'shelfcast-clip-'))
  const file = join(work, 'clip.mp4')
  try {
    await run(
      ffmpeg,
      ['-f', 'mp4', '-i', 'pipe:0', '-c', 'copy', '-movflags', '+faststart', file],
      parts,
      msMax,
    )
    return await readFile(file)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

function run(
  ffmpeg: string,
  args: readonly string[],
  input: readonly Buffer[],
  msMax: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(ffmpeg, ['-hide_banner', '-loglevel', 'error', ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: msMax,
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-1000)
    })
    child.stdin.on('error', () => {}) // it ended before it read all: its code tells
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`ffmpeg could not cut a clip: ${said.trim()}`)),
    )
    child.stdin.end(Buffer.concat(input))
  })
}
