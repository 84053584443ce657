import { timingSafeEqual } from 'node:crypto'
import type { IceCandidate } from 'mediasoup/types'
import { Fault, found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { randomToken, sha256 } from '../kernel/secrets.ts'
import type { KeyHolder, StreamKeys } from './keys.ts'
import { buildAnswer, buildIceFragment } from './sdp-answer.ts'
import { readHostOffer, readIceFragment } from './sdp-host.ts'
import type { Host, Stage } from './stage.ts'

/** An encoder on stage. */
export interface WhipSession {
  /** Unguessable, and of no use without the key. */
  readonly id: string
  readonly showId: string
  readonly personId: string
  readonly answer: string
  /** Of the ICE session, as a strong ETag: it changes with an ICE restart. */
  readonly etag: string
  /**
   * Takes candidates, or restarts ICE where the fragment has other credentials; then our fragment is given back.
   * @param ifMatch of the request: a restart says `*`, what trickles names the ETag (RFC 9725, section 4.3)
   * @throws Fault `etag_needed`, `etag_mismatch`, `sdp_malformed`
   */
  patch(fragment: string, ifMatch: string | undefined): Promise<string | null>
  /** Gives up the seat. Idempotent. */
  close(): void
}

interface Deps {
  stage: Pick<Stage, 'join' | 'limits'>
  keys: Pick<StreamKeys, 'use' | 'currentShow'>
  log: Log
}

/** To the seat, every encoder of a host is the same window: one that comes back takes its place again. */
const WINDOW = 'encoder'

export type WhipSessions = ReturnType<typeof createWhipSessions>

/** Hosts by encoder: each is a seat on its show's stage, held by its transport and not by a socket. */
export function createWhipSessions({ stage, keys, log }: Deps) {
  const sessions = new Map<string, WhipSession & KeyHolder & { keyHash: string }>()

  return {
    /** How many encoders are on stage. */
    get size(): number {
      return sessions.size
    },

    /**
     * Takes the seat and answers; the show goes on air when media can flow.
     * @param showId null for the host's current one
     * @throws Fault `stream_key_invalid`, `sdp_malformed`, `sdp_refused`, and what `Stage.join` refuses
     */
    async open(key: string, showId: string | null, takeOver: boolean, sdp: string): Promise<WhipSession> {
      const holder = await keys.use(key)
      const offer = readHostOffer(sdp)
      const show = showId ?? (await keys.currentShow(holder))
      const who = { ...holder, showId: show, windowId: WINDOW, takeOver }
      const { host } = await stage.join(who, () => close())
      const id = randomToken()
      let late: NodeJS.Timeout | null = null
      function close(): void {
        if (late) clearTimeout(late)
        sessions.delete(id)
        host.leave()
      }
      try {
        const transport = await host.createTransport({
          connected() {
            if (late) clearTimeout(late)
            host.goLive().catch((error: unknown) => {
              log.warn({ err: error, showId: show }, 'an encoder could not go on air')
              close()
            })
          },
          closed: close,
        })
        await host.connect(offer.dtlsParameters)
        for (const { kind, rtpParameters } of offer.media) {
          await host.produce(kind, kind === 'video' ? 'camera' : 'microphone', rtpParameters)
        }
        late = setTimeout(close, stage.limits.connectWithinMs).unref()
        const ice = iceOf(host, offer.iceUfrag, offer.media[0]?.mid ?? '', transport.iceCandidates)
        const session = {
          ...holder,
          id,
          showId: show,
          keyHash: sha256(key),
          answer: buildAnswer(offer, transport),
          get etag() {
            return ice.etag
          },
          patch: ice.patch,
          close,
        }
        sessions.set(id, session)
        return session
      } catch (error) {
        close()
        if (error instanceof Fault && error.code === 'invalid_input') {
          throw new Fault('sdp_refused', { ...error.more, cause: error })
        }
        throw error
      }
    },

    /** @throws Fault `not_found`, `stream_key_invalid` for another key than the session was opened with */
    find(showId: string, id: string, key: string): WhipSession {
      const session = found(sessions.get(id))
      if (session.showId !== showId) throw new Fault('not_found')
      if (!timingSafeEqual(Buffer.from(session.keyHash), Buffer.from(sha256(key)))) {
        throw new Fault('stream_key_invalid')
      }
      return session
    },

    /** Ends what a key opened: it was replaced or taken back. */
    closeOf({ tenantId, personId }: KeyHolder): void {
      for (const session of [...sessions.values()]) {
        if (session.tenantId === tenantId && session.personId === personId) session.close()
      }
    },
  }
}

/** The ICE side of a session, which outlives its credentials. */
function iceOf(host: Host, ufrag: string, mid: string, candidates: readonly IceCandidate[]) {
  let current = ufrag
  let tag = newEtag()
  return {
    get etag() {
      return tag
    },
    async patch(text: string, ifMatch: string | undefined): Promise<string | null> {
      if (ifMatch === undefined) throw new Fault('etag_needed')
      if (ifMatch !== '*' && ifMatch !== tag) throw new Fault('etag_mismatch')
      const { iceUfrag } = readIceFragment(text)
      if (iceUfrag === current) return null
      if (ifMatch !== '*') {
        throw new Fault('etag_mismatch', { detail: 'other ICE credentials: a restart says If-Match: *' })
      }
      const fresh = await host.restartIce()
      current = iceUfrag
      tag = newEtag()
      return buildIceFragment(mid, fresh, candidates)
    },
  }
}

const newEtag = (): string => `"${randomToken().slice(0, 16)}"`
