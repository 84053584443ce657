import { effect, type ReadonlySignal } from '@preact/signals'
import { trackIds } from '@shelfcast/shared/layout.ts'
import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { renegotiate } from './renegotiate.ts'
import type { WhepSession } from './whep.ts'

/**
 * Keeps a session to what the room says is on air: where it lacks a track, another offer is asked for, and the pictures
 * that it has go on undisturbed. Returns how to stop.
 */
export function followTracks(
  session: ReadonlySignal<WhepSession | null>,
  layout: ReadonlySignal<StageLayout | null>,
): () => void {
  let queue: Promise<unknown> = Promise.resolve()
  return effect(() => {
    const [of, wanted] = [session.value, layout.value]
    if (of && wanted) queue = queue.then(() => renew(of, trackIds(wanted))).catch(() => undefined)
  })
}

/** What fails is left: a session that is over is opened anew, and the next change asks again. */
async function renew(session: WhepSession, wanted: readonly string[]): Promise<void> {
  const { connection } = session
  const known = new Set(session.tracks.split(' '))
  if (connection.signalingState === 'closed' || wanted.every((track) => known.has(track))) return
  const offered = await renegotiate(session)
  // Also those that this browser cannot play, so that they are not asked for again.
  if (offered !== null) session.tracks = [...known, ...wanted, offered].join(' ')
}
