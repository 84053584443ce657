import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type Ask, asking } from '../kernel/ask.ts'
import { Fault, found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { randomToken, sha256 } from '../kernel/secrets.ts'
import type { HostHere } from './host.ts'
import { createIceSession } from './ice-session.ts'
import type { KeyHolder, StreamKeys } from './keys.ts'
import { nodeOfResource, resourceId } from './resource.ts'
import { buildAnswer } from './sdp-answer.ts'
import { readHostOffer } from './sdp-host.ts'
import { ENCODER_WINDOW } from './seat.ts'
import type { Stage } from './stage.ts'

/** An encoder on this node's stage. */
interface WhipSession extends KeyHolder {
  readonly showId: string
  readonly keyHash: string
  /** Of the ICE session, as a strong ETag: it changes with an ICE restart. */
  readonly etag: string
  patch(fragment: string, ifMatch: string | undefined): Promise<string | null>
  /** Gives up the seat. Idempotent. */
  close(): void
}

interface Deps {
  stage: Pick<Stage, 'joinHere' | 'homeFor' | 'isThere' | 'otherNodes' | 'limits'>
  ask: Ask
  keys: Pick<StreamKeys, 'use' | 'currentShow'>
  log: Log
}

const keyHolder = z.object({ tenantId: z.string(), personId: z.string() })
const ofSession = z.object({ showId: z.string(), id: z.string(), keyHash: z.string() })

/** To a show's home: take an encoder on stage, whose key was found good. */
const openSession = asking({
  name: 'whip.open',
  input: keyHolder.extend({
    showId: z.string(),
    keyHash: z.string(),
    takeOver: z.boolean(),
    sdp: z.string(),
  }),
  output: z.object({
    /** Unguessable, and of no use without the key. */
    id: z.string(),
    showId: z.string(),
    personId: z.string(),
    answer: z.string(),
    etag: z.string(),
  }),
})
type Opened = z.output<typeof openSession.output>

const patchSession = asking({
  name: 'whip.patch',
  input: ofSession.extend({ fragment: z.string(), ifMatch: z.string().nullable() }),
  output: z.object({ fragment: z.string().nullable(), etag: z.string() }),
})
const closeSession = asking({ name: 'whip.close', input: ofSession, output: z.null() })
const closeAllOf = asking({ name: 'whip.closeAllOf', input: keyHolder, output: z.null() })

const taken = (): Fault => new Fault('host_elsewhere', { detail: 'another encoder took the seat meanwhile' })

export type WhipSessions = ReturnType<typeof createWhipSessions>

/**
 * Hosts by encoder: each is a seat on its show's stage, held by its transport and not by a socket. A session is on the
 * home of its show, whichever node was asked for it.
 */
export function createWhipSessions({ stage, ask, keys, log }: Deps) {
  const sessions = new Map<string, WhipSession>()

  ask.answer(openSession, openHere)
  ask.answer(patchSession, async ({ fragment, ifMatch, ...of }) => {
    const session = find(of)
    return { fragment: await session.patch(fragment, ifMatch ?? undefined), etag: session.etag }
  })
  ask.answer(closeSession, async (of) => {
    find(of).close()
    return null
  })
  ask.answer(closeAllOf, async ({ tenantId, personId }) => {
    for (const session of [...sessions.values()]) {
      if (session.tenantId === tenantId && session.personId === personId) session.close()
    }
    return null
  })

  function find({ showId, id, keyHash }: z.output<typeof ofSession>): WhipSession {
    const session = found(sessions.get(id))
    if (session.showId !== showId) throw new Fault('not_found')
    if (!timingSafeEqual(Buffer.from(session.keyHash), Buffer.from(keyHash))) {
      throw new Fault('stream_key_invalid')
    }
    return session
  }

  async function openHere(of: z.output<typeof openSession.input>): Promise<Opened> {
    const { tenantId, personId, showId, takeOver, keyHash } = of
    const offer = readHostOffer(of.sdp)
    const who = { tenantId, personId, showId, windowId: ENCODER_WINDOW, takeOver }
    const id = resourceId(randomToken(), ask.node)
    let late: NodeJS.Timeout | null = null
    let host: HostHere | null = null
    let isOver = false
    /** Also while it opens: another encoder may take the seat at any moment. */
    function close(): void {
      isOver = true
      if (late) clearTimeout(late)
      sessions.delete(id)
      host?.leave()
    }
    try {
      host = (await stage.joinHere(who, close)).host
      return await openSeat(host)
    } catch (error) {
      const wasTaken = isOver
      close()
      if (error instanceof Fault && error.code === 'invalid_input') {
        throw new Fault('sdp_refused', { ...error.more, cause: error })
      }
      throw wasTaken && error instanceof Fault && error.code === 'not_found' ? taken() : error
    }

    async function openSeat(host: HostHere): Promise<Opened> {
      const transport = await host.createTransport({
        connected() {
          if (late) clearTimeout(late)
          host.goLive().catch((error: unknown) => {
            log.warn({ err: error, showId }, 'an encoder could not go on air')
            close()
          })
        },
        closed: close,
      })
      await host.connect(offer.dtlsParameters)
      for (const { kind, rtpParameters } of offer.media) {
        await host.produce(kind, kind === 'video' ? 'camera' : 'microphone', rtpParameters)
      }
      if (isOver) throw taken()
      late = setTimeout(close, stage.limits.connectWithinMs).unref()
      const ice = createIceSession({
        ufrag: offer.iceUfrag,
        mid: offer.media[0]?.mid ?? '',
        candidates: transport.iceCandidates,
        restart: () => host.restartIce(),
      })
      sessions.set(id, {
        ...{ tenantId, personId, showId, keyHash, close },
        get etag() {
          return ice.etag
        },
        patch: ice.patch,
      })
      return { id, showId, personId, answer: buildAnswer(offer, transport), etag: ice.etag }
    }
  }

  return {
    /** How many encoders are on this node's stage. */
    get size(): number {
      return sessions.size
    },

    /**
     * Takes the seat and answers; the show goes on air when media can flow.
     * @param showId null for the host's current one
     * @throws Fault `stream_key_invalid`, `sdp_malformed`, `sdp_refused`, and what `Stage.join` refuses
     */
    async open(key: string, showId: string | null, takeOver: boolean, sdp: string): Promise<Opened> {
      const holder = await keys.use(key)
      readHostOffer(sdp) // what cannot be answered asks for no seat
      const show = showId ?? (await keys.currentShow(holder))
      const home = await stage.homeFor({ ...holder, showId: show })
      return ask.ask(home, openSession, { ...holder, showId: show, keyHash: sha256(key), takeOver, sdp })
    },

    /**
     * Takes candidates, or restarts ICE where the fragment has other credentials; then our fragment is given back.
     * @param ifMatch of the request: a restart says `*`, what trickles names the ETag (RFC 9725, section 4.3)
     * @throws Fault `not_found`, `stream_key_invalid` for another key than the session was opened with, `etag_needed`,
     *   `etag_mismatch`, `sdp_malformed`
     */
    async patch(showId: string, id: string, key: string, fragment: string, ifMatch: string | null) {
      const of = { showId, id, keyHash: sha256(key) }
      return ask.ask(nodeOfResource(id, stage.isThere), patchSession, { ...of, fragment, ifMatch })
    },

    /** Gives up the seat. @throws Fault `not_found`, `stream_key_invalid` as above */
    async close(showId: string, id: string, key: string): Promise<void> {
      const of = { showId, id, keyHash: sha256(key) }
      await ask.ask(nodeOfResource(id, stage.isThere), closeSession, of)
    },

    /** Ends what a key opened, on every node: it was replaced or taken back. @throws Fault `unavailable` */
    async closeOf({ tenantId, personId }: KeyHolder): Promise<void> {
      const close = (node: string) =>
        ask.ask(node, closeAllOf, { tenantId, personId }).catch((error: unknown) => {
          if (stage.isThere(node)) throw error
        })
      await Promise.all([ask.node, ...stage.otherNodes()].map(close))
    },
  }
}
