import { z } from 'zod'
import { Fault, invalidInput } from '../kernel/errors.ts'
import { bearerOf, type RawRequest, type RawResponse, type RawRoute } from '../kernel/route.ts'
import type { Hls } from './hls.ts'

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Access-Control-Allow-Origin': '*',
}
/** A file never changes, and nobody asks for it longer than it stands in a playlist. */
const FILE_CACHE = 'public, max-age=60, immutable'

const number = z.coerce.number().int().nonnegative()
/** Section 6.2.5 of draft-pantos-hls-rfc8216bis: a part needs its segment. */
const reload = z
  .object({ _HLS_msn: number.optional(), _HLS_part: number.optional() })
  .refine(({ _HLS_msn, _HLS_part }) => _HLS_part === undefined || _HLS_msn !== undefined, {
    message: '_HLS_part needs _HLS_msn',
  })

/**
 * Low-latency HLS over HTTP: `POST /hls/:showId` with a media ticket as the bearer token is answered by 201 with the
 * address of a playlist in `Location`, which is the viewer's own. What it names is the same for all viewers.
 */
export const hlsRoutes = ({ hls }: { hls: Hls }): RawRoute[] => [
  route('POST', '/hls/:showId', async (request) => {
    const { showId = '' } = request.params
    const ticket = bearerOf(request)
    if (!ticket) throw new Fault('ticket_invalid', { detail: 'a bearer media ticket is needed' })
    const pass = await hls.enter(showId, ticket)
    const location = `/hls/${encodeURIComponent(showId)}/${pass}/live.m3u8`
    return { status: 201, headers: { ...HEADERS, Location: location, 'Cache-Control': 'no-store' } }
  }),

  route('GET', '/hls/:showId/:pass/live.m3u8', async ({ params: { showId = '', pass = '' }, query }) => {
    const parsed = reload.safeParse(Object.fromEntries(query))
    if (!parsed.success)
      throw new Fault('reload_refused', { issues: invalidInput(parsed.error).more.issues ?? [] })
    const { _HLS_msn: msn = null, _HLS_part: part = null } = parsed.data
    return {
      status: 200,
      headers: {
        ...HEADERS,
        'Cache-Control': 'no-store',
        'Content-Type': 'application/vnd.apple.mpegurl',
      },
      body: await hls.playlist(showId, pass, msn, part),
    }
  }),

  route('GET', '/hls/:showId/:key/:file', async ({ params: { showId = '', key = '', file = '' } }) => ({
    status: 200,
    headers: {
      ...HEADERS,
      'Cache-Control': FILE_CACHE,
      'Content-Type': file.endsWith('.mp4') ? 'video/mp4' : 'video/iso.segment',
    },
    body: await hls.file(showId, key, file),
  })),
]

const route = (
  method: 'GET' | 'POST',
  path: string,
  handler: (request: RawRequest) => Promise<RawResponse>,
): RawRoute => ({ method, path, bodyBytesMax: 0, handler })
