import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { Quality } from '@shelfcast/shared/quality.ts'

/**
 * One WHEP session (draft-ietf-wish-whep) with the server's counter-offer, as the top of server/src/stage/whep.ts
 * describes it. It stands on the browser's own RTCPeerConnection; who wants another try makes another session.
 */
export interface WhepOptions {
  showId: string
  /** Whose pictures: left out, the main one. */
  seats?: 'all' | 'others' | undefined
  /** Bearer token of the visit. */
  ticket: string
  iceServers: RTCIceServer[]
  onStream: (stream: MediaStream) => void
  /**
   * The session is over: the host's tracks went, or the network did. Called once, and not after `leave` or `close`.
   * Its last picture stays until `close`.
   * @param unreachable the network never let media through
   */
  onEnd: (unreachable: boolean) => void
  signal: AbortSignal
}

export interface WhepSession {
  readonly connection: RTCPeerConnection
  /** Its address on the server. */
  readonly place: string
  /** Ids of the tracks that it was offered, by spaces. */
  tracks: string
  /** How many streams its best picture has, to choose from. */
  layers: number
  /** Which of the server's media workers it is on. */
  readonly worker: string | null
  /** Bounds the picture's quality; what the server does not hear of is no loss. */
  prefer(quality: Quality): void
  /** Ends the session and tells the server, and leaves what was last seen to be seen until `close`. */
  leave(): void
  /** As `leave`, and lets go of everything here. */
  close(): void
}

/** The server would not give the video; `code` is one of the catalogue. */
export class WhepRefused extends Error {
  override readonly name = 'WhepRefused'
  readonly code: ErrorCode
  readonly retryAfterMs: number | null

  constructor(code: ErrorCode, retryAfterMs: number | null) {
    super(code)
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * Opens a session; resolves when the answer was taken, before the first frame.
 * @throws WhepRefused, or whatever `fetch` and RTCPeerConnection throw
 */
export async function openWhep(options: WhepOptions): Promise<WhepSession> {
  const { showId, seats, ticket, signal } = options
  const asked = await fetch(`/whep/${encodeURIComponent(showId)}?seats=${seats ?? 'main'}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ticket}`, 'Content-Type': 'application/sdp' },
    body: await receivingOffer(),
    signal,
  })
  if (asked.status !== 406) throw await refusalOf(asked)
  const place = asked.headers.get('Location')
  const counterOffer = await asked.text()
  if (!isSdp(asked) || place === null) throw new WhepRefused('sdp_refused', null)

  const session = startSession(options, place, asked.headers)
  try {
    await session.connection.setRemoteDescription({ type: 'offer', sdp: counterOffer })
    await session.connection.setLocalDescription(await session.connection.createAnswer())
    const etag = asked.headers.get('ETag')
    const answered = await fetch(place, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/sdp', ...(etag ? { 'If-Match': etag } : {}) },
      body: session.connection.localDescription?.sdp ?? '',
      signal,
    })
    if (answered.status !== 204) throw await refusalOf(answered)
    return session
  } catch (error) {
    session.close()
    throw error
  }
}

let offerOfThisBrowser: Promise<string> | null = null

/** What this browser can receive. The server reads only codecs and header extensions, so one is enough for ever. */
function receivingOffer(): Promise<string> {
  offerOfThisBrowser ??= makeOffer().catch((error: unknown) => {
    offerOfThisBrowser = null
    throw error
  })
  return offerOfThisBrowser
}

async function makeOffer(): Promise<string> {
  const throwAway = new RTCPeerConnection()
  try {
    throwAway.addTransceiver('video', { direction: 'recvonly' })
    throwAway.addTransceiver('audio', { direction: 'recvonly' })
    return (await throwAway.createOffer()).sdp ?? ''
  } finally {
    throwAway.close()
  }
}

function startSession(options: WhepOptions, place: string, headers: Headers): WhepSession {
  const connection = new RTCPeerConnection({ iceServers: options.iceServers })
  let open = true
  let connected = false
  const stop = () => {
    const wasOpen = open
    open = false
    return wasOpen
  }
  const end = (failed: boolean) => {
    if (stop()) options.onEnd(failed && !connected)
  }
  const leave = () => {
    // `keepalive`: the request outlives a page that is being left.
    if (stop()) fetch(place, { method: 'DELETE', keepalive: true }).catch(() => undefined)
  }
  connection.ontrack = ({ track, streams }) => {
    options.onStream(streams[0] ?? new MediaStream([track]))
  }
  connection.onsignalingstatechange = () => {
    // The transport is there once both descriptions are. It tells first that the server closed the session.
    const transport = connection.getReceivers()[0]?.transport
    if (connection.signalingState !== 'stable' || !transport) return
    transport.onstatechange = () => {
      const { state } = transport
      if (state === 'closed' || state === 'failed') end(state === 'failed')
    }
  }
  connection.onconnectionstatechange = () => {
    const { connectionState } = connection
    connected ||= connectionState === 'connected'
    if (connectionState === 'failed' || connectionState === 'closed') end(connectionState === 'failed')
  }
  return {
    connection,
    place,
    worker: headers.get('Shelfcast-Worker'),
    tracks: headers.get('Shelfcast-Tracks') ?? '',
    layers: layersOf(headers),
    prefer(quality) {
      fetch(`${place}/quality`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ quality }),
      }).catch(() => undefined) // the picture goes on as it is; the next session asks again
    },
    leave,
    close() {
      leave()
      connection.close()
    },
  }
}

export const layersOf = (headers: Headers): number => Number(headers.get('Shelfcast-Layers') ?? 1)

const isSdp = (response: Response) => /^application\/sdp\b/i.test(response.headers.get('Content-Type') ?? '')

async function refusalOf(response: Response): Promise<WhepRefused> {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN)
  const problem: unknown = await response.json().catch(() => null)
  const code =
    typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : 'unavailable'
  return new WhepRefused(code as ErrorCode, Number.isFinite(seconds) ? seconds * 1000 : null)
}
