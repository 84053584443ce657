import { QUALITIES, type Quality } from '@shelfcast/shared/quality.ts'
import { z } from 'zod'
import { Fault, invalidInput } from '../kernel/errors.ts'
import { bearerOf, type RawRequest, type RawRoute } from '../kernel/route.ts'
import type { Scope } from './audience.ts'
import { answering, FRAGMENT, isFragment, NO_CONTENT, preflight, sdpOf } from './http.ts'
import { iceLinks } from './ice.ts'
import type { Stage } from './stage.ts'
import type { WhepSessions } from './whep-sessions.ts'

/**
 * WHEP (draft-ietf-wish-whep). A player that knows the draft alone sends its offer and gets the answer, in its own payload
 * types: 201, `Location` for DELETE and for PATCH with `application/trickle-ice-sdpfrag` (candidates: 204; ICE restart with
 * `If-Match: *`: 200 and our fragment). It has the main picture and one sound, and no retransmission stream.
 *
 * Our own players say `?seats=` and get the server's counter-offer, which keeps mediasoup's payload types, RTX and bandwidth
 * estimation, and may have every host. It also comes where an offer cannot be answered: no bundle, no codec in common,
 * or more layouts of payload types than `viewerLayoutsMax`. That exchange, byte for byte:
 *
 * 1. `POST /whep/:showId?seats=main`
 *      Authorization: Bearer <mediaTicket of the visit>
 *      Content-Type: application/sdp
 *      body: any offer of this browser with recvonly audio and video. Only its codecs and header extensions are read,
 *      so it can be made once by a throw-away RTCPeerConnection (addTransceiver('video' and 'audio',
 *      { direction: 'recvonly' }); createOffer(); never set as local description) and sent again each time.
 *    -> 406 Not Acceptable, with:
 *      Content-Type: application/sdp       body: the server's offer, candidates complete, ICE-lite, setup:actpass
 *      Location: /whep/:showId/:sessionId  relative to the server's origin; unguessable, do not log
 *      ETag: "…"
 *      Shelfcast-Worker: …                 when a `media` event of the room names it as lost, the session is over
 *      Link: <turn:…>; rel="ice-server"; …  the same servers as `iceServers` of the visit; absent when none
 * 2. On a fresh RTCPeerConnection without transceivers: setRemoteDescription({ type: 'offer', sdp }), createAnswer,
 *    setLocalDescription.
 *    `PATCH <Location>`
 *      Content-Type: application/sdp       body: the answer; it may hold no candidates, the server needs none
 *      If-Match: <ETag>                    optional
 *    -> 204 No Content, with the new ETag. No trickle: any other content type is a 415.
 *    Media flows as soon as DTLS is up. An answer must come, and DTLS be up, within 15 s of the POST.
 * 3. `DELETE <Location>` -> 200. Send it on leaving, with `keepalive: true`.
 *
 * Beside the draft, a viewer may bound the picture's quality: `POST <Location>/quality`, Content-Type:
 * application/json, body `{"quality": "auto" | "standard" | "saver" | "sound"}` -> 204. See shared/quality.ts.
 * `Shelfcast-Layers`, on every offer and answer of the server, says among how many streams there is to choose.
 *
 * PATCH, DELETE and this POST need no ticket: the session id is the right. It names the node that has the session, so
 * that each may come to any node. Nothing here reads cookies, so any origin may call.
 *
 * Tracks: one m-section each; `track` events carry a stream `<personId>.camera` (camera and microphone) or
 * `<personId>.screen`. Where several hosts are on air a session has the main picture of the show's layout, and what all
 * of them say. With `?seats=all` it has every seat's tracks (`?seats=others`: but for one's own, as hosts hear each
 * other), and may ask for what has changed since, with the pictures that it has going on undisturbed:
 *   `POST <Location>/offer`, no body -> 200, application/sdp: the session's next offer, with a new ETag. A track that has
 *      gone is an inactive section. It is answered by PATCH like the first. With `?ice=restart`, which any player of a
 *      counter-offer may ask for, it has other ICE credentials: the same session on another network.
 *   `Shelfcast-Tracks`, on this answer and on the 406: ids of the tracks in the offer, as the room's `layout` event
 *      names them: one that it names and the session lacks is the reason to ask.
 *
 * The session ends when the host's tracks do (reload, drop, end of show; with several hosts, those of all), and, where it
 * has one picture only, when another is the main one or a host adds a microphone: the server closes the transport. Chromium tells it at once by `statechange` (`closed`) of the RTCDtlsTransport, and by
 * `connectionState` not at all or seconds later, so listen to both. The RTCDtlsTransport is there only after
 * setLocalDescription (`pc.getReceivers()[0].transport`; in a `track` event it is still null). Then, and after every
 * refusal with `retry: true`, start again from 1 with a fresh ticket where the old one is over a minute old: at once
 * after a room event `show` with status `live`, else after Retry-After seconds plus up to 300 ms of jitter. Stop
 * when the room says `ended`.
 *
 * Errors are problem documents (`application/problem+json`): 400 sdp_malformed · 401 ticket_invalid · 409 media_not_ready (Retry-After)
 * · 503 stage_full (Retry-After) · 415 unsupported_media_type · 422 sdp_refused · 413 payload_too_large · 404
 * not_found for a session that is gone: start again · 412 etag_mismatch.
 */
export function whepRoutes({
  stage,
  whep,
}: {
  stage: Pick<Stage, 'limits' | 'iceServersFor'>
  whep: WhepSessions
}): RawRoute[] {
  const bodyBytesMax = stage.limits.offerBytesMax
  const endpoint = '/whep/:showId'
  const session = '/whep/:showId/:sessionId'
  const quality = `${session}/quality`
  const offer = `${session}/offer`
  const route = (method: RawRoute['method'], path: string, work: RawRoute['handler']): RawRoute => ({
    method,
    path,
    bodyBytesMax,
    handler: (request) => answering('application/sdp', () => work(request)),
  })
  const sessionOf = ({ params }: RawRequest) => ({
    showId: params.showId ?? '',
    sessionId: params.sessionId ?? '',
  })

  return [
    route('OPTIONS', endpoint, async () => preflight('POST, OPTIONS', 'Accept-Post')),
    route('OPTIONS', session, async () =>
      preflight('PATCH, DELETE, OPTIONS', 'Accept-Patch', `application/sdp, ${FRAGMENT}`),
    ),

    ...[endpoint, session].map((path) => route('GET', path, async () => NO_CONTENT)),

    route('POST', endpoint, async (request) => {
      const showId = request.params.showId ?? ''
      const ticket = bearerOf(request)
      if (!ticket) throw new Fault('ticket_invalid', { detail: 'a bearer media ticket is needed' })
      const { viewer, id } = await whep.open(showId, ticket, sdpOf(request), scopeOf(request))
      const links = iceLinks(stage.iceServersFor(viewer.personId))
      return {
        status: viewer.direct ? 201 : 406,
        headers: {
          'Content-Type': 'application/sdp',
          Location: `/whep/${encodeURIComponent(showId)}/${id}`,
          ETag: viewer.etag,
          'Shelfcast-Worker': viewer.workerId,
          'Shelfcast-Tracks': [...viewer.sourceIds].join(' '),
          'Shelfcast-Layers': String(viewer.layers),
          'Accept-Patch': viewer.direct ? FRAGMENT : 'application/sdp',
          ...(links ? { Link: links } : {}),
        },
        body: viewer.sdp,
      }
    }),

    route('PATCH', session, async (request) => {
      const ifMatch = request.headers.get('if-match') ?? null
      if (!isFragment(request)) {
        const { etag } = await whep.answer(sessionOf(request), sdpOf(request), ifMatch)
        return { status: 204, headers: { ETag: etag } }
      }
      const { fragment, etag } = await whep.patchIce(
        sessionOf(request),
        request.body.toString('utf8'),
        ifMatch,
      )
      return fragment === null
        ? { status: 204 }
        : { status: 200, headers: { 'Content-Type': FRAGMENT, ETag: etag }, body: fragment }
    }),

    route('OPTIONS', offer, async () => preflight('POST, OPTIONS', 'Accept-Post')),
    route('POST', offer, async (request) => {
      const { offer, etag, tracks, layers } = await whep.renew(sessionOf(request), restartsIce(request))
      return {
        status: 200,
        headers: {
          'Content-Type': 'application/sdp',
          ETag: etag,
          'Shelfcast-Tracks': tracks.join(' '),
          'Shelfcast-Layers': String(layers),
        },
        body: offer,
      }
    }),

    route('OPTIONS', quality, async () => preflight('POST, OPTIONS', 'Accept-Post', 'application/json')),
    route('POST', quality, async (request) => {
      await whep.prefer(sessionOf(request), qualityOf(request))
      return { status: 204 }
    }),

    route('DELETE', session, async (request) => {
      await whep.close(sessionOf(request))
      return { status: 200 }
    }),
  ]
}

/** Null where a player says nothing of seats: it knows the draft and nothing of ours. @throws Fault `invalid_input` */
function scopeOf({ query }: RawRequest): Scope | null {
  const parsed = z.enum(['main', 'all', 'others']).nullable().safeParse(query.get('seats'))
  if (!parsed.success) throw invalidInput(parsed.error)
  return parsed.data
}

/** @throws Fault `invalid_input` */
function restartsIce({ query }: RawRequest): boolean {
  const parsed = z.literal('restart').nullable().safeParse(query.get('ice'))
  if (!parsed.success) throw invalidInput(parsed.error)
  return parsed.data !== null
}

const wish = z.object({ quality: z.enum(QUALITIES) })

function qualityOf({ headers, body }: RawRequest): Quality {
  if (!/^application\/json\s*(;|$)/i.test(headers.get('content-type') ?? '')) {
    throw new Fault('unsupported_media_type', { detail: 'application/json is expected' })
  }
  const parsed = wish.safeParse(parsedJson(body))
  if (!parsed.success) throw invalidInput(parsed.error)
  return parsed.data.quality
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Fault('bad_json')
  }
}
