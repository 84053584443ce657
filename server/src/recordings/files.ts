import { found } from '../kernel/errors.ts'
import type { RawRequest, RawResponse, RawRoute } from '../kernel/route.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import { clipKey, initKey, segmentKey } from './objects.ts'
import type { Recordings } from './recordings.ts'

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  // The embedded player is on other origins, and so may be the page that shows a clip.
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Access-Control-Allow-Origin': '*',
}
/** What is there never changes; that viewers may have them is looked up again after this. */
const SEGMENT_CACHE = 'public, max-age=3600'
const PLAYLIST = { ...HEADERS, 'Cache-Control': 'no-cache', 'Content-Type': 'application/vnd.apple.mpegurl' }
const SEGMENT = { ...HEADERS, 'Cache-Control': SEGMENT_CACHE, 'Content-Type': 'video/iso.segment' }
/** One answer holds at most so much of a clip: players ask for the next part. */
const RANGE_BYTES_MAX = 1024 * 1024

/** The playlist, the segments and the clips, for everybody who knows their addresses. */
export const recordingFiles = ({
  replays,
  isShown,
  storage,
}: Pick<Recordings, 'replays' | 'isShown'> & { storage: ObjectStorage }): RawRoute[] => [
  {
    method: 'GET',
    path: '/recordings/shows/:file',
    bodyBytesMax: 0,
    async handler({ params }) {
      const showId = found(/^(\w+)\.m3u8$/.exec(params.file ?? '')?.[1])
      return { status: 200, headers: PLAYLIST, body: await replays.playlist(showId) }
    },
  },
  {
    method: 'GET',
    path: '/recordings/shows/:show/:take/:file',
    bodyBytesMax: 0,
    async handler({ params }) {
      const seq = found(/^(\d{1,7})\.m4s$/.exec(params.file ?? '')?.[1])
      const body = await replays.segment(params.show ?? '', params.take ?? '', Number(seq))
      return { status: 200, headers: SEGMENT, body }
    },
  },
  {
    method: 'GET',
    path: '/recordings/takes/:file',
    bodyBytesMax: 0,
    async handler({ params }) {
      const take = found(/^(tak_\w+)\.m3u8$/.exec(params.file ?? '')?.[1])
      found((await isShown(take)) || null)
      return { status: 200, headers: PLAYLIST, body: await replays.takePlaylist(take) }
    },
  },
  {
    method: 'GET',
    path: '/recordings/takes/:take/:file',
    bodyBytesMax: 0,
    async handler({ params }) {
      const take = found(/^tak_\w+$/.exec(params.take ?? '')?.[0])
      const file = found(/^(?:(init)\.mp4|(\d{1,7})\.m4s)$/.exec(params.file ?? ''))
      found((await isShown(take)) || null)
      const { bytes, contentType } = found(
        await storage.get(file[1] ? initKey(take) : segmentKey(take, Number(file[2]))),
      )
      return {
        status: 200,
        headers: { ...HEADERS, 'Cache-Control': SEGMENT_CACHE, 'Content-Type': contentType },
        body: bytes,
      }
    },
  },
  {
    method: 'GET',
    path: '/recordings/clips/:file',
    bodyBytesMax: 0,
    async handler(request) {
      const clip = found(/^(clp_\w+)\.mp4$/.exec(request.params.file ?? '')?.[1])
      found((await isShown(clip)) || null)
      return sendPart(storage, clipKey(clip), request)
    },
  },
]

/** RFC 9110, section 14: one range, which players ask for; anything else gets the whole. */
async function sendPart(storage: ObjectStorage, key: string, { headers }: RawRequest): Promise<RawResponse> {
  const common = { ...HEADERS, 'Cache-Control': SEGMENT_CACHE, 'Accept-Ranges': 'bytes' }
  const range = /^bytes=(\d{1,12})-(\d{1,12})?$/.exec(headers.get('range') ?? '')
  if (!range) {
    const { bytes, contentType } = found(await storage.get(key))
    return { status: 200, headers: { ...common, 'Content-Type': contentType }, body: bytes }
  }
  const from = Number(range[1])
  const wanted = range[2] === undefined ? RANGE_BYTES_MAX : Number(range[2]) - from + 1
  const part = found(await storage.read(key, from, Math.max(0, Math.min(wanted, RANGE_BYTES_MAX))))
  if (part.bytes.length === 0) {
    return { status: 416, headers: { ...common, 'Content-Range': `bytes */${part.size}` } }
  }
  return {
    status: 206,
    headers: {
      ...common,
      'Content-Type': part.contentType,
      'Content-Range': `bytes ${from}-${from + part.bytes.length - 1}/${part.size}`,
    },
    body: part.bytes,
  }
}
