import type { Video } from './video.ts'
import { layersOf, type WhepSession } from './whep.ts'

/** A request that went out on the former network may wait for ever. */
const ANSWER_MS_MAX = 5000

const under = new WeakMap<WhepSession, Promise<unknown>>()

/**
 * Takes another offer of the server in a session, one after another; what is on screen is not touched.
 * @param how with other ICE credentials: this browser is on another network
 * @returns the tracks of that offer; null where the server makes none
 */
export function renegotiate(session: WhepSession, how?: 'restartIce'): Promise<string | null> {
  const done = (under.get(session) ?? Promise.resolve()).then(async () => {
    const offered = await takeOffer(session, how)
    if (offered) session.layers = layersOf(offered)
    return offered && (offered.get('Shelfcast-Tracks') ?? '')
  })
  under.set(
    session,
    done.catch(() => undefined),
  )
  return done
}

/** This device is on a network again, perhaps another one: the session goes on if it can, else it starts over. */
export async function networkIsBack(video: Video): Promise<void> {
  const session = video.session.peek()
  const state = session?.connection.connectionState
  const isThere = session && (state === 'connected' || state === 'disconnected')
  const tracks = isThere ? await renegotiate(session, 'restartIce').catch(() => null) : null
  if (tracks === null && video.session.peek() === session) video.restart()
}

async function takeOffer(
  { connection, place }: WhepSession,
  how: 'restartIce' | undefined,
): Promise<Headers | null> {
  const asked = await fetch(`${place}/offer${how ? '?ice=restart' : ''}`, {
    method: 'POST',
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  })
  if (asked.status !== 200 || connection.signalingState === 'closed') return null
  await connection.setRemoteDescription({ type: 'offer', sdp: await asked.text() })
  await connection.setLocalDescription(await connection.createAnswer())
  const answered = await fetch(place, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/sdp' },
    body: connection.localDescription?.sdp ?? '',
  })
  return answered.status === 204 ? asked.headers : null
}
