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

/**
 * Who sent first is shown until that take ends; then whoever still sends, from the next key frame on. Where nobody
 * sent, the replay goes on at once.
 */
export function timelineOf(takes: readonly TakeRow[]): Piece[] {
  const pieces: Piece[] = []
  let shownUntil = Number.NEGATIVE_INFINITY
  let atMs = 0
  for (const take of [...takes].sort((a, b) => a.startedAt - b.startedAt)) {
    const segments = take.segments.filter(({ fromMs }) => take.startedAt + fromMs >= shownUntil - OVERLAP_MS)
    const first = segments[0]
    const last = segments.at(-1)
    if (!first || !last) continue
    const durationMs = last.fromMs + last.durationMs - first.fromMs
    pieces.push({ takeId: take.id, atMs, from: take.startedAt + first.fromMs, durationMs, segments })
    shownUntil = take.startedAt + last.fromMs + last.durationMs
    atMs += durationMs
  }
  return pieces
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
const folder = (takeId: string): string => `takes/${takeId}`
export const takeFolder = folder
export const initKey = (takeId: string): string => `${folder(takeId)}/init.mp4`
export const segmentKey = (takeId: string, seq: number): string => `${folder(takeId)}/${seq}.m4s`
export const clipKey = (clipId: string): string => `clips/${clipId}.mp4`
const initUrl = (takeId: string): string => `/recordings/${initKey(takeId)}`
const segmentUrl = (takeId: string, seq: number): string => `/recordings/${segmentKey(takeId, seq)}`
export const clipUrl = (clipId: string): string => `/recordings/${clipKey(clipId)}`
export const playlistUrl = (showId: string): string => `/recordings/shows/${showId}.m3u8`
