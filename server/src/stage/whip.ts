import { Fault } from '../kernel/errors.ts'
import { bearerOf, type RawRequest, type RawResponse, type RawRoute } from '../kernel/route.ts'
import { answering, FRAGMENT, isFragment, NO_CONTENT, preflight, sdpOf } from './http.ts'
import { iceLinks } from './ice.ts'
import type { Stage } from './stage.ts'
import type { WhipSessions } from './whip-sessions.ts'

/**
 * WHIP (RFC 9725) for OBS and other encoders, with a host's stream key as the bearer token.
 *
 * `POST /whip` finds the host's current show, `POST /whip/:showId` names it; `?takeOver=true` takes the host's seat from
 * a studio window that is on air. The answer is a 201 with `Location`, the session: `PATCH` trickles or restarts ICE,
 * `DELETE` leaves the stage. Both need the same key, and may come to any node. The show goes on air when DTLS is up, and waits as for a studio
 * when the encoder is gone.
 *
 * Errors are problem documents: 400 sdp_malformed · 401 stream_key_invalid · 403 scope_missing · 404 not_found,
 * no_current_show · 409 host_seat_taken, host_elsewhere, show_ended · 412 etag_mismatch · 413 · 415 · 422
 * sdp_refused · 428 etag_needed · 503 unavailable, stage_full (Retry-After).
 */
export function whipRoutes({ stage, whip }: { stage: Stage; whip: WhipSessions }): RawRoute[] {
  const route = (method: RawRoute['method'], path: string, work: RawRoute['handler']): RawRoute => ({
    method,
    path,
    bodyBytesMax: stage.limits.offerBytesMax,
    handler: (request) => answering(FRAGMENT, () => work(request)),
  })

  async function open(request: RawRequest): Promise<RawResponse> {
    const key = keyOf(request)
    const takeOver = request.query.get('takeOver') === 'true'
    const { personId, ...session } = await whip.open(
      key,
      request.params.showId ?? null,
      takeOver,
      sdpOf(request),
    )
    const links = iceLinks(stage.iceServersFor(personId))
    return {
      status: 201,
      headers: {
        'Content-Type': 'application/sdp',
        Location: `/whip/${encodeURIComponent(session.showId)}/${session.id}`,
        ETag: session.etag,
        'Accept-Patch': FRAGMENT,
        ...(links ? { Link: links } : {}),
      },
      body: session.answer,
    }
  }

  const sessionOf = (request: RawRequest): [showId: string, id: string, key: string] => [
    request.params.showId ?? '',
    request.params.sessionId ?? '',
    keyOf(request),
  ]

  return [
    ...['/whip', '/whip/:showId', '/whip/:showId/:sessionId'].map((path) =>
      route('GET', path, async () => NO_CONTENT),
    ),
    ...['/whip', '/whip/:showId'].flatMap((path) => [
      route('OPTIONS', path, async () => preflight('POST, OPTIONS', 'Accept-Post')),
      route('POST', path, open),
    ]),

    route('OPTIONS', '/whip/:showId/:sessionId', async () =>
      preflight('PATCH, DELETE, OPTIONS', 'Accept-Patch', FRAGMENT),
    ),

    route('PATCH', '/whip/:showId/:sessionId', async (request) => {
      const session = sessionOf(request)
      if (!isFragment(request)) {
        throw new Fault('unsupported_media_type', { detail: `${FRAGMENT} is expected` })
      }
      const ifMatch = request.headers.get('if-match') ?? null
      const { fragment, etag } = await whip.patch(...session, request.body.toString('utf8'), ifMatch)
      return fragment === null
        ? { status: 204 }
        : { status: 200, headers: { 'Content-Type': FRAGMENT, ETag: etag }, body: fragment }
    }),

    route('DELETE', '/whip/:showId/:sessionId', async (request) => {
      await whip.close(...sessionOf(request))
      return { status: 200 }
    }),
  ]
}

/** @throws Fault `stream_key_invalid` */
function keyOf(request: RawRequest): string {
  const key = bearerOf(request)
  if (!key) throw new Fault('stream_key_invalid', { detail: 'a stream key is needed as the bearer token' })
  return key
}
