import { initUrl, segmentUrl, splicedUrl } from './objects.ts'
import type { Piece, SegmentRow, TakeRow } from './timeline.ts'

/** RFC 8216 and its draft successor: a playlist of fMP4 segments, dated, with a discontinuity between takes. */
export function playlistOf(showId: string, pieces: readonly Piece[]): string {
  return playlist(
    pieces.map(({ takeId, from, segments }) => ({
      ...{ takeId, from },
      segments: segments.map((one) => ({
        durationMs: one.durationMs,
        url: (one.sound ? splicedUrl.bind(null, showId) : segmentUrl)(takeId, one.seq),
      })),
    })),
  )
}

/** One take from its beginning to its end, as it is in storage. */
export function takePlaylistOf({ id, startedAt, segments }: TakeRow): string {
  const urls = segments.map(({ seq, durationMs }: SegmentRow) => ({ durationMs, url: segmentUrl(id, seq) }))
  return playlist([{ takeId: id, from: startedAt, segments: urls }])
}

interface Run {
  readonly takeId: string
  readonly from: number
  readonly segments: readonly { readonly durationMs: number; readonly url: string }[]
}

function playlist(runs: readonly Run[]): string {
  const longestS = Math.max(
    1,
    ...runs.flatMap(({ segments }) => segments.map((one) => one.durationMs / 1000)),
  )
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(longestS)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ]
  for (const [index, { takeId, from, segments }] of runs.entries()) {
    if (index > 0) lines.push('#EXT-X-DISCONTINUITY')
    lines.push(
      `#EXT-X-MAP:URI="${initUrl(takeId)}"`,
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(from).toISOString()}`,
    )
    for (const { durationMs, url } of segments) {
      lines.push(`#EXTINF:${(durationMs / 1000).toFixed(3)},`, url)
    }
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`
}
