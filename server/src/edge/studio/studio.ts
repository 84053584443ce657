import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import * as rpc from '@shelfcast/shared/rpc/studio.ts'
import type { CoHosts } from '../../cohosts/index.ts'
import type { Actor } from '../../kernel/actor.ts'
import { Fault } from '../../kernel/errors.ts'
import type { ShowRecord } from '../../shows/index.ts'
import type { Host, LeadStep, Stage } from '../../stage/index.ts'
import { authorise } from '../http/authorise.ts'
import { answer, type CallRow } from './call.ts'
import type { StudioSession } from './session.ts'

export interface StudioCallDeps {
  stage: Pick<Stage, 'join' | 'attend' | 'lead' | 'iceServersFor' | 'limits'>
  coHosts: Pick<CoHosts, 'isInvited'>
  view(show: ShowRecord): Promise<ShowView>
}

function onStage(session: StudioSession): Host {
  if (!session.host) throw new Fault('not_found', { detail: 'call stage.join first' })
  return session.host
}

/** The host's calls. What sends needs the seat that `stage.join` gave; what runs the show needs none. */
export function studioCalls({ stage, coHosts, view }: StudioCallDeps): CallRow<StudioSession>[] {
  /** Names the show to which this socket belongs from now on. @throws Fault `scope_missing` */
  async function enter(session: StudioSession, of: { tenantId: string; showId: string }): Promise<Actor> {
    const actor = await session.actor()
    if (!(await coHosts.isInvited(of, actor.personId))) authorise({ who: 'stage:host' }, actor, of.tenantId)
    session.host?.leave()
    session.host = null
    session.show = of
    return actor
  }

  async function lead(session: StudioSession, step: LeadStep): Promise<null> {
    if (!session.show) throw new Fault('not_found', { detail: 'call stage.join or stage.attend first' })
    const { personId } = await session.actor()
    await stage.lead({ ...session.show, personId }, step)
    return null
  }

  return [
    answer(rpc.joinStage, async (session: StudioSession, { tenantId, showId, windowId, takeOver }) => {
      const actor = await enter(session, { tenantId, showId })
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

    answer(rpc.attendStage, async (session: StudioSession, of) => {
      const { personId } = await enter(session, of)
      const { show, member } = await stage.attend({ ...of, personId })
      return { show: await view(show), member }
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

    answer(rpc.setLayout, (session: StudioSession, { kind, main }) =>
      lead(session, { is: 'setLayout', kind, main }),
    ),

    answer(rpc.muteHost, (session: StudioSession, { personId, muted }) =>
      lead(session, { is: 'mute', personId, muted }),
    ),

    answer(rpc.removeHost, (session: StudioSession, { personId }) =>
      lead(session, { is: 'remove', personId }),
    ),

    answer(rpc.handOver, (session: StudioSession, { personId }) =>
      lead(session, { is: 'handOver', personId }),
    ),
  ]
}
