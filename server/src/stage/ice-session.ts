import type { IceCandidate, IceParameters } from 'mediasoup/types'
import { Fault } from '../kernel/errors.ts'
import { randomToken } from '../kernel/secrets.ts'
import { buildIceFragment } from './sdp-answer.ts'
import { readIceFragment } from './sdp-host.ts'

/** The ICE side of a session whose offer was the other side's; it outlives its credentials. */
export interface IceSession {
  /** As a strong ETag: it changes with an ICE restart. */
  readonly etag: string
  /**
   * Takes candidates, or restarts ICE where the fragment has other credentials; then our fragment is given back.
   * @param ifMatch a restart says `*`, what trickles names the ETag (RFC 9725, section 4.3)
   * @throws Fault `etag_needed`, `etag_mismatch`, `sdp_malformed`
   */
  patch(fragment: string, ifMatch: string | undefined): Promise<string | null>
}

export function createIceSession(of: {
  readonly ufrag: string
  readonly mid: string
  readonly candidates: readonly IceCandidate[]
  restart(): Promise<IceParameters>
}): IceSession {
  let current = of.ufrag
  let etag = newEtag()
  return {
    get etag() {
      return etag
    },
    async patch(text, ifMatch) {
      if (ifMatch === undefined) throw new Fault('etag_needed')
      if (ifMatch !== '*' && ifMatch !== etag) throw new Fault('etag_mismatch')
      const { iceUfrag } = readIceFragment(text)
      if (iceUfrag === current) return null
      if (ifMatch !== '*') {
        throw new Fault('etag_mismatch', { detail: 'other ICE credentials: a restart says If-Match: *' })
      }
      const fresh = await of.restart()
      current = iceUfrag
      etag = newEtag()
      return buildIceFragment(of.mid, fresh, of.candidates)
    },
  }
}

export const newEtag = (): string => `"${randomToken().slice(0, 16)}"`
