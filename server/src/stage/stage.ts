import type { IceParameters, MediaKind, RtpCapabilities, RtpParameters } from 'mediasoup/types'
import type { TicketClaims, Tickets } from '../accounts/index.ts'
import type { CoHosts } from '../cohosts/index.ts'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { Fault, found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Closable } from '../kernel/ticker.ts'
import type { ShowRecord, Shows } from '../shows/index.ts'
import { createIceServers, type IceServer } from './ice.ts'
import { createLeading, type Leading } from './leading.ts'
import type { MediaConfig, StageLimits } from './limits.ts'
import { registerStageMetrics } from './metrics.ts'
import { readViewerOffer } from './sdp-viewer.ts'
import type { Claim, LeftReason, PlainPorts, Source, TransportOptions, TransportWatch } from './seat.ts'
import { type Comer, type Scope, type ShowSources, ShowStage, type StageRooms } from './show.ts'
import { type AudioTap, type RtpSink, tapAudio, tapVideo, type VideoTap } from './tap.ts'
import type { Viewer } from './viewer.ts'
import { createWorkers } from './workers.ts'

export interface StageDeps {
  media: MediaConfig
  limits: StageLimits
  log: Log
  metrics: Metrics
  shows: Pick<Shows, 'get' | 'goLive' | 'hostAway' | 'end' | 'onStatus' | 'onAir' | 'layout'>
  coHosts: Pick<CoHosts, 'roleOf' | 'handOver' | 'dismiss'>
  rooms: StageRooms
  tickets: Pick<Tickets, 'verify'>
  clock?: Clock
}

/** Who asks for a seat, and where. */
type Who = { tenantId: string; showId: string } & Claim

/** A host on stage, as the studio's socket or an encoder's WHIP session holds it. */
export interface Host {
  createTransport(watch?: TransportWatch): Promise<TransportOptions>
  restartIce(): Promise<IceParameters>
  connect(dtlsParameters: unknown): Promise<void>
  produce(kind: 'audio' | 'video', source: Source, rtpParameters: unknown): Promise<string>
  setPaused(producerId: string, paused: boolean): Promise<void>
  closeProducer(producerId: string): void
  goLive(): Promise<ShowRecord>
  /** What it may do to the show, as far as it runs it. */
  readonly leading: Leading
  /** Gives up the seat. Idempotent. */
  leave(): void
  /** Gives up the seat and does not come back to where it was. Idempotent. */
  stepDown(): void
}

/** A host that is a program on this machine: it leaves when a person goes live. */
export interface StandIn {
  /** Opens a way in for one kind. */
  receive(kind: MediaKind, rtpParameters: RtpParameters): Promise<PlainPorts>
  goLive(): Promise<ShowRecord>
  /** Idempotent. */
  leave(): void
}

interface Joined {
  host: Host
  show: ShowRecord
  routerRtpCapabilities: RtpCapabilities
  /** True when the show was on air and waited for this host. */
  resumed: boolean
  /** Whether this host works for the merchant. */
  member: boolean
}

export interface Stage extends Closable {
  /** Starts the workers; shows that were on air when the server stopped get a fresh grace time. */
  start(): Promise<void>
  /**
   * @param left called once if the seat is taken away: replaced, removed, show ended, or the server's end
   * @param silenced told when who runs the show silences this host, or lifts it
   * @throws Fault `not_found`, `scope_missing` for who may not host it, `show_ended`, `host_seat_taken`,
   *   `host_elsewhere`
   */
  join(who: Who, left: (reason: LeftReason) => void, silenced?: (silenced: boolean) => void): Promise<Joined>
  /**
   * A seat for a program, while no person is on stage. `left` as in `join`; `replaced` means that a person went live.
   * @throws Fault `not_found`, `scope_missing`, `show_ended`, `host_seat_taken`
   */
  standIn(who: Who, left: (reason: LeftReason) => void): Promise<StandIn>
  /** Takes a person off a show's stage, where it is here. */
  dismiss(showId: string, personId: string): void
  /** Opens a viewer's session. @throws Fault `ticket_invalid`, `sdp_refused`, `media_not_ready`, `stage_full` */
  watch(showId: string, ticket: string, offer: string, scope?: Scope): Promise<Viewer>
  /** @throws Fault `not_found` */
  viewer(showId: string, sessionId: string): Viewer
  iceServersFor(personId: string): IceServer[]
  /** Calls `listener` whenever what a show's hosts send to viewers may have changed. @returns how to stop it */
  onSources(listener: (sources: ShowSources) => void): () => void
  /**
   * Sends a copy of what a host sends to a UDP port of this machine, paused until it is resumed.
   * @throws Fault `not_found` where it is sent no more
   */
  tapVideo(showId: string, producerId: string, port: number): Promise<VideoTap>
  /** Hands the packets of what a host sends to `sink`. @throws Fault `not_found` where it is sent no more */
  tapAudio(showId: string, producerId: string, sink: RtpSink): Promise<AudioTap>
  readonly limits: StageLimits
}

/** The stage of this process: mediasoup workers, and one ShowStage for each show that has a host or waits for one. */
export function createStage(deps: StageDeps): Stage {
  const { limits, log, shows, rooms } = deps
  const workers = createWorkers({ media: deps.media, log })
  const stages = new Map<string, ShowStage>()
  const sourcesListeners = new Set<(sources: ShowSources) => void>()
  workers.onLost((slot) => {
    for (const stage of [...stages.values()]) stage.lostWorker(slot)
  })
  const iceServersFor = createIceServers({
    urls: deps.media.iceServers,
    turnSecret: deps.media.turnSecret,
    turnLifeS: limits.turnLifeS,
    clock: deps.clock ?? systemClock,
  })
  let stopListening: (() => void) | null = null

  registerStageMetrics(deps.metrics, () => {
    const all = [...stages.values()]
    const sum = (of: (stage: ShowStage) => number): number =>
      all.reduce((total, stage) => total + of(stage), 0)
    return {
      workers: workers.up().length,
      routers: sum((stage) => stage.routers),
      hosts: sum((stage) => stage.seats.size),
      producers: sum((stage) => stage.producers),
      viewers: sum((stage) => stage.viewers.size),
    }
  })

  function stageOf(tenantId: string, showId: string): ShowStage {
    const known = stages.get(showId)
    if (known) return known
    const onIdle = (): void => {
      if (stages.get(showId) === stage) stages.delete(showId)
    }
    const stage: ShowStage = new ShowStage({
      ...{ tenantId, showId, workers, shows, rooms, limits, log, onIdle },
      onSources(sources) {
        for (const listener of sourcesListeners) listener(sources)
      },
    })
    stages.set(showId, stage)
    return stage
  }

  async function verify(showId: string, ticket: string): Promise<TicketClaims> {
    const claims = await deps.tickets.verify(ticket, 'media')
    if (claims.showId !== showId)
      throw new Fault('ticket_invalid', { detail: 'the ticket is for another show' })
    return claims
  }

  /** @throws Fault `not_found`, `scope_missing`, `show_ended` */
  async function openShow(who: Who): Promise<{ show: ShowRecord; comer: Comer }> {
    const show = await shows.get(who.tenantId, who.showId)
    const role = await deps.coHosts.roleOf(who, who.personId)
    if (!role) throw new Fault('scope_missing')
    if (show.status === 'ended') throw new Fault('show_ended')
    return { show, comer: { ...who, ...role } }
  }

  return {
    limits,
    iceServersFor,

    onSources(listener) {
      sourcesListeners.add(listener)
      return () => sourcesListeners.delete(listener)
    },

    tapVideo(showId, producerId, port) {
      const { router, producer } = found(stages.get(showId)).sent(producerId)
      return tapVideo(router, producer, port)
    },

    tapAudio(showId, producerId, sink) {
      const { router, producer } = found(stages.get(showId)).sent(producerId)
      return tapAudio(router, producer, sink)
    },

    async start() {
      await workers.start()
      stopListening = shows.onStatus((show) => {
        if (show.status === 'ended') stages.get(show.id)?.close('ended')
      })
      for (const show of await shows.onAir()) {
        await stageOf(show.tenantId, show.id).life.recover(show.status === 'live')
      }
    },

    async standIn(who, left) {
      const { comer } = await openShow(who)
      const stage = stageOf(who.tenantId, who.showId)
      const { seat } = await stage.join({ ...comer, windowId: undefined }, left, { standIn: true })
      return {
        receive: (kind, rtpParameters) => seat.receive(kind, rtpParameters),
        goLive: () => stage.goLive(seat),
        leave: () => stage.leave(seat),
      }
    },

    async join(who, left, silenced = () => {}) {
      const { show, comer } = await openShow(who)
      const stage = stageOf(who.tenantId, who.showId)
      const { seat, rtpCapabilities, resumed } = await stage.join(comer, left, { silenced })
      return {
        show,
        resumed,
        member: comer.mayLead,
        routerRtpCapabilities: rtpCapabilities,
        host: {
          createTransport: (watch) => seat.createTransport(watch),
          restartIce: () => seat.restartIce(),
          connect: (dtlsParameters) => seat.connect(dtlsParameters),
          produce: (kind, source, rtpParameters) => seat.produce(kind, source, rtpParameters),
          setPaused: (producerId, paused) => seat.setPaused(producerId, paused),
          closeProducer: (producerId) => seat.closeProducer(producerId),
          goLive: () => stage.goLive(seat),
          leading: createLeading(stage, seat, deps.coHosts),
          leave: () => stage.leave(seat),
          stepDown: () => stage.leave(seat, true),
        },
      }
    },

    dismiss: (showId, personId) => stages.get(showId)?.dismiss(personId),

    async watch(showId, ticket, offer, scope = 'main') {
      const { personId } = await verify(showId, ticket)
      const receivable = readViewerOffer(offer)
      const stage = stages.get(showId)
      if (!stage) throw new Fault('media_not_ready', { retryAfterMs: 1000 })
      return stage.watch(personId, receivable, scope)
    },

    viewer: (showId, sessionId) => found(stages.get(showId)?.viewers.get(sessionId)),

    close() {
      stopListening?.()
      for (const stage of [...stages.values()]) stage.close('drained')
      workers.close()
    },
  }
}
