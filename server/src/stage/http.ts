import { Fault, toProblem } from '../kernel/errors.ts'
import type { RawRequest, RawResponse } from '../kernel/route.ts'

/** What WHIP and WHEP share over HTTP. */

/** ICE trickled or restarted: RFC 8840. */
export const FRAGMENT = 'application/trickle-ice-sdpfrag'

export const isFragment = ({ headers }: RawRequest): boolean =>
  /^application\/trickle-ice-sdpfrag\s*(;|$)/i.test(headers.get('content-type') ?? '')

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Location, ETag, Link, Retry-After, Accept-Patch, WWW-Authenticate, Shelfcast-Worker, Shelfcast-Tracks, Shelfcast-Layers',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
}

/** Errors are answered here, not at the edge: a page of another origin may read only what has CORS headers. */
export async function answering(acceptPatch: string, work: () => Promise<RawResponse>): Promise<RawResponse> {
  try {
    const response = await work()
    return { ...response, headers: { ...CORS, ...response.headers } }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const { retryAfterMs } = error.more
    return {
      status: error.status,
      headers: {
        ...CORS,
        'Content-Type': 'application/problem+json',
        ...(retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }),
        ...(error.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}), // RFC 9110, section 15.5.2
        ...(error.code === 'unsupported_media_type' ? { 'Accept-Patch': acceptPatch } : {}),
      },
      body: JSON.stringify(toProblem(error)),
    }
  }
}

/** An endpoint or a session has no representation (RFC 9725, section 4.1). */
export const NO_CONTENT: RawResponse = { status: 204 }

export function preflight(
  methods: string,
  accepts: 'Accept-Post' | 'Accept-Patch',
  type = 'application/sdp',
): RawResponse {
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': methods,
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match',
      'Access-Control-Max-Age': '86400',
      [accepts]: type,
    },
  }
}

/** @throws Fault `unsupported_media_type` */
export function sdpOf(request: RawRequest): string {
  if (!/^application\/sdp\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new Fault('unsupported_media_type', { detail: 'application/sdp is expected' })
  }
  return request.body.toString('utf8')
}
