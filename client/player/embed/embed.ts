import type { ReadonlySignal } from '@preact/signals'
import { speakBy } from '../../kit/api.ts'
import { createParent, type Parent } from './parent.ts'
import { createSession, type EmbedSession } from './session.ts'

/** The player in a frame on another origin. What needs a window of our own is in `sheets/windows.ts`. */
export interface Embed extends Pick<Parent, 'origin'>, Pick<EmbedSession, 'redeem' | 'forget'> {
  readonly showId: string
  /** The merchant's site says who this is: signing in and out is its business. */
  readonly asserted: ReadonlySignal<boolean>
}

/** From here on the whole player speaks by the embed's session. */
export function enterEmbed(showId: string): Embed {
  const parent = createParent()
  const byIdentity = new URLSearchParams(location.search).has('identity')
  const session = createSession(showId, parent, byIdentity)
  speakBy(session)
  return { ...session, showId, origin: parent.origin }
}
