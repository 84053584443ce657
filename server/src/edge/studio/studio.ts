import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import * as rpc from '@shelfcast/shared/rpc/studio.ts'
import type { CoHosts } from '../../cohosts/index.ts'
import { Fault } from '../../kernel/errors.ts'
import type { ShowRecord } from '../../shows/index.ts'
import type { Host, Stage } from '../../stage/index.ts'
import { authorise } from '../http/authorise.ts'
import { answer, type CallRow } from './call.ts'
import type { StudioSession } from './session.ts'

export interface StudioCallDeps {
  stage: Pick<Stage, 'join' | 'iceServersFor' | 'limits'>
  coHosts: Pick<CoHosts, 'isInvited'>
  view(show: ShowRecord): Promise<ShowView>
}

function onStage(session: StudioSession): Host {
  if (!session.host) throw new Fault('not_found', { detail: 'call stage.join first' })
  return session.host
}

/** The host's calls. All but `stage.join` need the seat that it gave. */
export const studioCalls = ({ stage, coHosts, view }: StudioCallDeps): CallRow<StudioSession>[] => [
  answer(rpc.joinStage, async (session: StudioSession, { tenantId, showId, windowId, takeOver }) => {
    const actor = await session.actor()
    if (!(await coHosts.isInvited({ tenantId, showId }, actor.personId))) {
      authorise({ who: 'stage:host' }, actor, tenantId)
    }
    session.host?.leave()
    session.host = null

    let seat: Host | null = null
    const joined = await stage.join(
      { tenantId, showId, personId: actor.personId, windowId, takeOver },
      (reason) => {
        if (session.host === seat) session.host = null
        session.send(rpc.STAGE_LEFT, { reason })
      },
      (silenced) => session.send(rpc.STAGE_SILENCED, { silenced }),
    )
    seat = joined.host
    if (session.closed) {
      seat.leave()
      throw new Fault('unavailable', { detail: 'the socket closed' })
    }
    session.host = seat
    return {
      show: await view(joined.show),
      routerRtpCapabilities: joined.routerRtpCapabilities,
      iceServers: stage.iceServersFor(actor.personId),
      resumed: joined.resumed,
      graceMs: stage.limits.graceMs,
      member: joined.member,
    }
  }),

  answer(rpc.createTransport, async (session: StudioSession) => onStage(session).createTransport()),

  answer(rpc.connectTransport, async (session: StudioSession, { dtlsParameters }) => {
    await onStage(session).connect(dtlsParameters)
    return null
  }),

  answer(rpc.produce, async (session: StudioSession, { kind, source, rtpParameters }) => ({
    producerId: await onStage(session).produce(kind, source, rtpParameters),
  })),

  answer(rpc.setPaused, async (session: StudioSession, { producerId, paused }) => {
    await onStage(session).setPaused(producerId, paused)
    return null
  }),

  answer(rpc.closeProducer, async (session: StudioSession, { producerId }) => {
    await onStage(session).closeProducer(producerId)
    return null
  }),

  answer(rpc.goLive, async (session: StudioSession) => view(await onStage(session).goLive())),

  answer(rpc.leaveStage, async (session: StudioSession) => {
    session.host?.stepDown()
    session.host = null
    return null
  }),

  answer(rpc.setLayout, async (session: StudioSession, { kind, main }) => {
    await onStage(session).leading.setLayout(kind, main)
    return null
  }),

  answer(rpc.muteHost, async (session: StudioSession, { personId, muted }) => {
    await onStage(session).leading.mute(personId, muted)
    return null
  }),

  answer(rpc.removeHost, async (session: StudioSession, { personId }) => {
    await onStage(session).leading.remove(personId)
    return null
  }),

  answer(rpc.handOver, async (session: StudioSession, { personId }) => {
    await onStage(session).leading.handOver(personId)
    return null
  }),
]
