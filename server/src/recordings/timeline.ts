/** A replay's one timeline, laid over takes that overlap and have gaps between them. Pure. */

export interface SegmentRow {
  readonly seq: number
  /** From the take's first picture. */
  readonly fromMs: number
  readonly durationMs: number
}

export interface TakeRow {
  readonly id: string
  readonly personId: string
  /** Milliseconds since 1970, server clock. */
  readonly startedAt: number
  readonly segments: readonly SegmentRow[]
}

/** A run of one take's segments. */
export interface Piece {
  readonly takeId: string
  /** Where it begins in the replay. */
  readonly atMs: number
  /** When that was, on the server's clock. */
  readonly from: number
  readonly durationMs: number
  readonly segments: readonly SegmentRow[]
}

/** How far a segment may reach into what is shown already: takes are dated to a fraction of a second. */
const OVERLAP_MS = 500

/** Whose picture was the main one of the stage from a moment on; null where nobody's was. */
export interface MainSeat {
  readonly at: number
  readonly personId: string | null
}

interface Candidate {
  readonly take: TakeRow
  readonly segment: SegmentRow
  readonly from: number
}

/**
 * Shows whoever had the main picture, from their next key frame on, and goes on at once where nobody sent. Where the
 * main host sent nothing, or nobody said who that was, the one who is shown stays, and then whoever sent first.
 * @param mains in the order of time
 */
export function timelineOf(takes: readonly TakeRow[], mains: readonly MainSeat[] = []): Piece[] {
  const ordered = [...takes].sort((a, b) => a.startedAt - b.startedAt)
  const next = new Map(ordered.map((take) => [take, 0]))
  const shown: Candidate[] = []
  let shownUntil = Number.NEGATIVE_INFINITY

  /** The first segment of a take that was not shown and does not reach into what was. */
  function candidateOf(take: TakeRow): Candidate[] {
    let index = next.get(take) ?? 0
    while (index < take.segments.length) {
      const segment = take.segments[index]!
      const from = take.startedAt + segment.fromMs
      if (from >= shownUntil - OVERLAP_MS) {
        next.set(take, index)
        return [{ take, segment, from }]
      }
      index++
    }
    next.set(take, index)
    return []
  }

  for (;;) {
    const candidates = ordered.flatMap(candidateOf)
    const earliest = candidates.reduce<Candidate | null>((a, b) => (a && a.from <= b.from ? a : b), null)
    if (!earliest) return piecesOf(shown)
    const now = Math.max(shownUntil, earliest.from)
    /** Its next key frame is less than a segment away. */
    const isNear = ({ from, segment }: Candidate): boolean => from - now <= segment.durationMs
    const main = mainAt(mains, now)
    const best =
      candidates.find((one) => one.take.personId === main && isNear(one)) ??
      candidates.find((one) => one.take === shown.at(-1)?.take && one.from - now <= OVERLAP_MS) ??
      earliest
    shown.push(best)
    next.set(best.take, (next.get(best.take) ?? 0) + 1)
    shownUntil = best.from + best.segment.durationMs
  }
}

const mainAt = (mains: readonly MainSeat[], at: number): string | null =>
  mains.findLast((one) => one.at <= at)?.personId ?? null

/** A flash of another picture is left out: nobody sees anything in it, and players stumble over it. */
const PIECE_MS_MIN = 1000

/** Segments that follow each other in one take are one piece. */
function piecesOf(shown: readonly Candidate[]): Piece[] {
  const runs: (Omit<Piece, 'atMs'> & { segments: SegmentRow[] })[] = []
  for (const { take, segment, from } of shown) {
    const last = runs.at(-1)
    if (last && last.takeId === take.id && last.segments.at(-1)!.seq === segment.seq - 1) {
      last.segments.push(segment)
      const durationMs = segment.fromMs + segment.durationMs - last.segments[0]!.fromMs
      runs[runs.length - 1] = { ...last, durationMs }
    } else {
      runs.push({ takeId: take.id, from, durationMs: segment.durationMs, segments: [segment] })
    }
  }
  let atMs = 0
  return runs.flatMap((run) => {
    if (run.durationMs < PIECE_MS_MIN) return []
    const piece = { ...run, atMs }
    atMs += run.durationMs
    return [piece]
  })
}

export const durationOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { durationMs }) => sum + durationMs, 0)

/** Where in the replay a moment of the server's clock is; what happened while nobody sent is where the next piece begins. */
export function replayMsOf(pieces: readonly Piece[], at: number): number {
  let ms = 0
  for (const piece of pieces) {
    if (at < piece.from) break
    ms = piece.atMs + Math.min(at - piece.from, piece.durationMs)
  }
  return Math.round(ms)
}

/** The times of the server's clock that a stretch of the replay shows, in order. */
export function wallRangesOf(
  pieces: readonly Piece[],
  fromMs: number,
  untilMs: number,
): { from: number; until: number }[] {
  return pieces.flatMap((piece, index) => {
    const start = Math.max(fromMs, piece.atMs)
    const end = Math.min(untilMs, piece.atMs + piece.durationMs)
    if (start >= end) return []
    // What happened in the gap before a piece belongs to its beginning.
    const former = pieces[index - 1]
    const gapFrom = former ? former.from + former.durationMs : piece.from
    return [
      {
        from: start === piece.atMs ? gapFrom : piece.from + (start - piece.atMs),
        until: piece.from + (end - piece.atMs),
      },
    ]
  })
}

/** RFC 8216 and its draft successor: a playlist of fMP4 segments, dated, with a discontinuity between takes. */
export function playlistOf(pieces: readonly Piece[]): string {
  const longestS = Math.max(
    1,
    ...pieces.flatMap(({ segments }) => segments.map((one) => one.durationMs / 1000)),
  )
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(longestS)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ]
  for (const [index, { takeId, from, segments }] of pieces.entries()) {
    if (index > 0) lines.push('#EXT-X-DISCONTINUITY')
    lines.push(
      `#EXT-X-MAP:URI="${initUrl(takeId)}"`,
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(from).toISOString()}`,
    )
    for (const { seq, durationMs } of segments) {
      lines.push(`#EXTINF:${(durationMs / 1000).toFixed(3)},`, segmentUrl(takeId, seq))
    }
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`
}

/** Addresses of what storage holds, and the keys under which it does. */
export const TAKES = 'takes'
export const CLIPS = 'clips'
export const takeFolder = (takeId: string): string => `${TAKES}/${takeId}`
export const initKey = (takeId: string): string => `${takeFolder(takeId)}/init.mp4`
export const segmentKey = (takeId: string, seq: number): string => `${takeFolder(takeId)}/${seq}.m4s`
export const clipKey = (clipId: string): string => `${CLIPS}/${clipId}.mp4`
const initUrl = (takeId: string): string => `/recordings/${initKey(takeId)}`
const segmentUrl = (takeId: string, seq: number): string => `/recordings/${segmentKey(takeId, seq)}`
export const clipUrl = (clipId: string): string => `/recordings/${clipKey(clipId)}`
export const playlistUrl = (showId: string): string => `/recordings/shows/${showId}.m3u8`
