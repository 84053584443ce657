import { QUALITIES, type Quality } from '@shelfcast/shared/quality.ts'
import { z } from 'zod'
import { type Ask, type Asking, asking } from '../kernel/ask.ts'
import { Fault } from '../kernel/errors.ts'
import type { Scope } from './audience.ts'
import { nodeOfResource, resourceId } from './resource.ts'
import type { Stage } from './stage.ts'
import type { Viewer } from './viewer.ts'

const ofSession = z.object({ showId: z.string(), sessionId: z.string() })
type OfSession = z.output<typeof ofSession>
const nothing = z.null()

const answerOffer = asking({
  name: 'whep.answer',
  input: ofSession.extend({ sdp: z.string(), ifMatch: z.string().nullable() }),
  output: z.object({ etag: z.string() }),
})
const patchIce = asking({
  name: 'whep.patchIce',
  input: ofSession.extend({ fragment: z.string(), ifMatch: z.string().nullable() }),
  output: z.object({ fragment: z.string().nullable(), etag: z.string() }),
})
const renewOffer = asking({
  name: 'whep.renew',
  input: ofSession.extend({ restartIce: z.boolean() }),
  output: z.object({ offer: z.string(), etag: z.string(), tracks: z.array(z.string()), layers: z.int() }),
})
const preferQuality = asking({
  name: 'whep.prefer',
  input: ofSession.extend({ quality: z.enum(QUALITIES) }),
  output: nothing,
})
const closeSession = asking({ name: 'whep.close', input: ofSession, output: nothing })

export type WhepSessions = ReturnType<typeof createWhepSessions>

/** Viewers' sessions by their ids, whichever node they are on; the node that was asked for one has it. */
export function createWhepSessions({ stage, ask }: { stage: Stage; ask: Ask }) {
  const here = ({ showId, sessionId }: OfSession): Viewer =>
    stage.viewer(showId, sessionId.split('.')[0] ?? '')
  const there = async <A extends Asking>(one: A, input: z.output<A['input']> & OfSession) =>
    ask.ask<A>(nodeOfResource(input.sessionId, stage.isThere), one, input)

  ask.answer(answerOffer, async ({ sdp, ifMatch, ...of }) => {
    const viewer = here(of)
    if (ifMatch !== null && ifMatch !== '*' && ifMatch !== viewer.etag) throw new Fault('etag_mismatch')
    await viewer.answer(sdp)
    return { etag: viewer.etag }
  })
  ask.answer(patchIce, async ({ fragment, ifMatch, ...of }) => {
    const viewer = here(of)
    return { fragment: await viewer.patchIce(fragment, ifMatch ?? undefined), etag: viewer.etag }
  })
  ask.answer(renewOffer, async ({ restartIce, ...of }) => {
    const viewer = here(of)
    await viewer.renew(restartIce)
    const { sdp, etag, sourceIds, layers } = viewer
    return { offer: sdp, etag, tracks: [...sourceIds], layers }
  })
  ask.answer(preferQuality, async ({ quality, ...of }) => {
    here(of).prefer(quality)
    return null
  })
  ask.answer(closeSession, async (of) => {
    here(of).close()
    return null
  })

  return {
    /** Opens a session on this node. @throws as `Stage.watch` */
    async open(showId: string, ticket: string, offer: string, scope: Scope | null) {
      const viewer = await stage.watch(showId, ticket, offer, scope)
      return { viewer, id: resourceId(viewer.id, ask.node) }
    },

    /** @throws Fault `not_found`, `etag_mismatch`, `sdp_refused`; all below `unavailable` where the node does not answer */
    answer: (of: OfSession, sdp: string, ifMatch: string | null) =>
      there(answerOffer, { ...of, sdp, ifMatch }),
    /** @throws Fault `not_found`, `unsupported_media_type`, and as `IceSession.patch` */
    patchIce: (of: OfSession, fragment: string, ifMatch: string | null) =>
      there(patchIce, { ...of, fragment, ifMatch }),
    /** @throws Fault `not_found`, `sdp_refused` */
    renew: (of: OfSession, restartIce = false) => there(renewOffer, { ...of, restartIce }),
    /** @throws Fault `not_found` */
    prefer: (of: OfSession, quality: Quality) => there(preferQuality, { ...of, quality }),
    /** @throws Fault `not_found` */
    close: (of: OfSession) => there(closeSession, of),
  }
}
