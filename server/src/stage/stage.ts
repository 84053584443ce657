import type { ShowStatus } from '@shelfcast/shared/protocol/parts.ts'
import type { TicketClaims, Tickets } from '../accounts/index.ts'
import type { Battles } from '../battles/index.ts'
import type { CoHosts } from '../cohosts/index.ts'
import type { Ask } from '../kernel/ask.ts'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { Fault, found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Redis } from '../kernel/redis.ts'
import type { Closable } from '../kernel/ticker.ts'
import type { ShowRecord, Shows } from '../shows/index.ts'
import type { MainPicture, Scope } from './audience.ts'
import type { Host, HostHere, StandIn } from './host.ts'
import { createIceServers, type IceServer } from './ice.ts'
import { type Leader, type LeadStep, takeLead } from './leading.ts'
import type { MediaConfig, StageLimits } from './limits.ts'
import { registerShowMetrics, registerStageMetrics } from './metrics.ts'
import { createNodes } from './nodes/nodes.ts'
import { createQueue } from './queue.ts'
import { createRivals } from './rivals.ts'
import { readDirectOffer } from './sdp-direct.ts'
import { readViewerOffer } from './sdp-viewer.ts'
import type { Claim, HostSeat, LeftReason } from './seat.ts'
import { type Comer, ShowStage, type ShowStageDeps, type StageRooms } from './show.ts'
import type { ShowSources } from './sources.ts'
import { type AudioTap, type RtpSink, tapAudio, tapVideo, type VideoTap } from './tap.ts'
import type { Viewer } from './viewer.ts'
import type { CpuTime } from './worker-load.ts'
import { createWorkers } from './workers.ts'

export interface StageDeps {
  media: MediaConfig
  limits: StageLimits
  log: Log
  metrics: Metrics
  shows: Pick<Shows, 'get' | 'settle' | 'goLive' | 'hostAway' | 'end' | 'onStatus' | 'onAir' | 'layout'>
  coHosts: Pick<CoHosts, 'roleOf' | 'handOver' | 'dismiss'>
  battles: Pick<Battles, 'rivalsOf' | 'onMoved'>
  rooms: StageRooms
  tickets: Pick<Tickets, 'verify'>
  ask: Ask
  redis: Redis
  clock?: Clock
  /** How a worker's CPU time is read, where it is not by asking it. */
  cpuTime?: CpuTime
}

/** Who asks for a seat, and where. */
type Who = { tenantId: string; showId: string } & Claim
type Person = Pick<Who, 'tenantId' | 'showId' | 'personId'>

interface Joined<H = Host> {
  host: H
  show: ShowRecord
  routerRtpCapabilities: Record<string, unknown>
  /** True when the show was on air and waited for this host. */
  resumed: boolean
  /** Whether this host works for the merchant. */
  member: boolean
}

export interface Stage extends Closable {
  /** Starts the workers; shows that are on air and have no home get one here, and a fresh grace time. */
  start(): Promise<void>
  /**
   * @param left called once if the seat is taken away: replaced, removed, show ended, or the server's end
   * @param silenced told when who runs the show silences this host, or lifts it
   * @throws Fault `not_found`, `scope_missing` for who may not host it, `show_ended`, `host_seat_taken`,
   *   `host_elsewhere`
   */
  join(who: Who, left: (reason: LeftReason) => void, silenced?: (silenced: boolean) => void): Promise<Joined>
  /** As `join`, for who sends to this node: where it is not the show's home the seat is not given. @throws also Fault `unavailable` */
  joinHere(who: Who, left: (reason: LeftReason) => void): Promise<Joined<HostHere>>
  /** Which node such a host has to be taken to: the show's home, which this node becomes if there is none. @throws as `join` */
  homeFor(who: Who): Promise<string>
  /**
   * A seat for a program, while no person is on stage. `left` as in `join`; `replaced` means that a person went live.
   * @throws Fault `not_found`, `scope_missing`, `show_ended`, `host_seat_taken`, also where the home is another node
   */
  standIn(who: Who, left: (reason: LeftReason) => void): Promise<StandIn>
  /** What is to be known of a show beside whose stage a person is, without a seat. @throws as `join` */
  attend(who: Person): Promise<{ show: ShowRecord; member: boolean }>
  /**
   * Takes a step that is for who runs the show, with or without a seat of one's own, on whichever node its home is.
   * @throws Fault `scope_missing`, `show_ended`, `unavailable`; `not_found` also while nobody is on stage; and what
   *   `takeLead` refuses
   */
  lead(who: Person, step: LeadStep): Promise<void>
  /** Takes a person off a show's stage. @throws Fault `unavailable` where the home of the show does not answer */
  dismiss(showId: string, personId: string): Promise<void>
  /**
   * Opens a viewer's session.
   * @param scope null: one picture, and the player's own offer answered where that can be; else the server offers
   * @throws Fault `ticket_invalid`, `sdp_refused`, `media_not_ready`, `stage_full`
   */
  watch(showId: string, ticket: string, offer: string, scope?: Scope | null): Promise<Viewer>
  /** Whether a node is there, this one or another. */
  isThere(node: string): boolean
  otherNodes(): string[]
  /** A session on this node. @throws Fault `not_found` */
  viewer(showId: string, sessionId: string): Viewer
  iceServersFor(personId: string): IceServer[]
  /** Calls `listener` whenever what a show's hosts send to viewers, or which is the main picture, may have changed. @returns how to stop it */
  onSources(listener: (sources: ShowSources) => void): () => void
  /** What who can show one picture sees of a show whose home is here; null while there is nothing. */
  main(showId: string): MainPicture | null
  /** The node to which a show's hosts send; null where there is none. @throws where Redis does not answer */
  findHome(showId: string): Promise<string | null>
  /**
   * Sends a copy of what a host sends to a UDP port of this machine, paused until it is resumed.
   * @throws Fault `not_found` where it is sent no more
   */
  tapVideo(showId: string, producerId: string, port: number): Promise<VideoTap>
  /** Hands the packets of what a host sends to `sink`. @throws Fault `not_found` where it is sent no more */
  tapAudio(showId: string, producerId: string, sink: RtpSink): Promise<AudioTap>
  readonly limits: StageLimits
}

/** The stage of this process: mediasoup workers, a ShowStage for each show whose home it is, a branch for others' shows. */
export function createStage(deps: StageDeps): Stage {
  const { limits, log, shows, rooms } = deps
  const workers = createWorkers({ ...deps, limits, log })
  const stages = new Map<string, ShowStage>()
  const rivals = createRivals({ battles: deps.battles, stages, everyMs: limits.nodeBeatMs, log })
  const sourcesListeners = new Set<(sources: ShowSources) => void>()
  const nodes = createNodes({
    ...{ ...deps, workers, stages, stageOf },
    lead: (stage: ShowStage, leader: Leader, step: LeadStep) => takeLead(stage, leader, step, deps.coHosts),
    async joinHere(of, comer, left, silenced) {
      const { stage, seat, ...joined } = await takeSeat(of, comer, left, { silenced })
      return { host: hostOf(stage, seat), ...joined }
    },
    onSeen: (showId) => rivals.seen(showId),
  })
  const { branches, following, homes } = nodes
  workers.onLost((slot) => {
    for (const stage of [...stages.values()]) stage.lostWorker(slot)
    for (const branch of [...branches.values()]) branch.lostWorker(slot)
  })
  const iceServersFor = createIceServers({
    urls: deps.media.iceServers,
    turnSecret: deps.media.turnSecret,
    turnLifeS: limits.turnLifeS,
    clock: deps.clock ?? systemClock,
  })
  /** Two who come together share one stage. */
  const opening = createQueue()
  let stopListening: (() => void) | null = null

  registerStageMetrics(deps.metrics, () => {
    const all = [...stages.values()]
    const seen = [...all, ...branches.values()]
    const sum = <T>(of: readonly T[], count: (one: T) => number): number =>
      of.reduce((total, one) => total + count(one), 0)
    return {
      workers: workers.up().length,
      cpu_pct: sum(workers.up(), ({ cpuPct }) => cpuPct),
      routers: sum(seen, ({ routers }) => routers),
      hosts: sum(all, ({ seats }) => seats.size),
      producers: sum(all, ({ producers }) => producers.length),
      viewers: sum(seen, ({ audience }) => audience.viewers.size),
      ...nodes.counts(),
    }
  })
  registerShowMetrics(deps.metrics, () => [
    ...[...stages.values()].map(({ showId, seats, audience, producers }) => {
      return { showId, hosts: seats.size, producers, sessions: [...audience.viewers.values()] }
    }),
    ...[...branches.values()].map(({ showId, audience }) => {
      return { showId, hosts: 0, producers: [], sessions: [...audience.viewers.values()] }
    }),
  ])

  /** This node becomes the show's home. @throws Fault `unavailable` where another has it */
  async function settle(tenantId: string, showId: string): Promise<{ fence: number; status: ShowStatus }> {
    const { here, fence } = await homes.claim(showId)
    if (!here) throw elsewhere()
    const settled = await shows.settle(tenantId, showId, fence)
    if (settled.fence === fence) return settled
    const raised = await homes.raise(showId, settled.fence)
    const again = raised === null ? settled : await shows.settle(tenantId, showId, raised)
    if (again.fence !== raised) throw elsewhere()
    return again
  }

  /** A show that is on air waits for hosts that another process had: a former one here, or a node that is gone. */
  async function openStage(tenantId: string, showId: string): Promise<ShowStage> {
    const { fence, status } = await settle(tenantId, showId)
    branches.get(showId)?.close()
    const close = (): void => {
      if (stages.get(showId) !== stage) return
      stages.delete(showId)
      following.close(showId)
      homes.release(showId)
    }
    const stage: ShowStage = new ShowStage({
      ...{ tenantId, showId, workers, rooms, limits, log },
      shows: asHome(shows, fence, () => stage.close('ended')),
      onIdle: close,
      onProgramme() {
        following.tell(showId)
        rivals.seen(showId)
      },
      rivalSource: async (rivalId) => stages.get(rivalId) ?? branches.of(rivalId),
      onSources(sources) {
        for (const listener of sourcesListeners) listener(sources)
      },
    })
    if (status === 'live' || status === 'paused') await stage.recover(status === 'live')
    if (!homes.has(showId)) {
      stage.close('drained') // the home went elsewhere meanwhile
      throw elsewhere()
    }
    stages.set(showId, stage)
    following.open(stage, fence)
    rivals.look([showId])
    return stage
  }

  /** The show's stage, which has its home on this node. @throws Fault `unavailable` where another node has it */
  async function stageOf(tenantId: string, showId: string): Promise<ShowStage> {
    return stages.get(showId) ?? opening(async () => stages.get(showId) ?? openStage(tenantId, showId))
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

  /** A seat on this node. @throws Fault `unavailable` where it is not the show's home */
  async function takeSeat(
    of: { tenantId: string; showId: string },
    ...how: Parameters<ShowStage['join']>
  ): Promise<{ stage: ShowStage; seat: HostSeat; rtpCapabilities: object; resumed: boolean }> {
    const stage = await stageOf(of.tenantId, of.showId)
    if (stages.get(of.showId) !== stage) throw elsewhere() // it went meanwhile
    return { stage, ...(await stage.join(...how)) }
  }

  async function joinHere(
    { show, comer }: { show: ShowRecord; comer: Comer },
    left: (reason: LeftReason) => void,
    silenced: (silenced: boolean) => void,
  ): Promise<Joined<HostHere>> {
    const of = { tenantId: show.tenantId, showId: show.id }
    const { stage, seat, rtpCapabilities, resumed } = await takeSeat(of, comer, left, { silenced })
    const host = hostOf(stage, seat)
    return {
      ...{ show, resumed, host },
      member: comer.mayLead,
      routerRtpCapabilities: { ...rtpCapabilities },
    }
  }

  return {
    limits,
    iceServersFor,

    onSources(listener) {
      sourcesListeners.add(listener)
      return () => sourcesListeners.delete(listener)
    },

    main: (showId) => stages.get(showId)?.audience.main() ?? null,
    findHome: homes.find,

    tapVideo(showId, producerId, port) {
      const { router, producer } = found(stages.get(showId)).sending(producerId)
      return tapVideo(router, producer, port)
    },

    tapAudio(showId, producerId, sink) {
      const { router, producer } = found(stages.get(showId)).sending(producerId)
      return tapAudio(router, producer, sink)
    },

    async start() {
      await workers.start()
      stopListening = shows.onStatus((show) => {
        if (show.status === 'ended') nodes.ended(show)
      })
      rivals.start()
      await nodes.start()
    },

    async standIn(who, left) {
      const { comer } = await openShow(who)
      const { here } = await homes.claim(who.showId)
      if (!here) throw new Fault('host_seat_taken', { detail: 'the show has its home on another node' })
      const { stage, seat } = await takeSeat(who, { ...comer, windowId: undefined }, left, { standIn: true })
      return {
        receive: (kind, rtpParameters) => seat.receive(kind, rtpParameters),
        goLive: () => stage.goLive(seat),
        leave: () => stage.leave(seat),
      }
    },

    async join(who, left, silenced = () => {}) {
      const opened = await openShow(who)
      const home = await nodes.homeOf(who.showId)
      if (home === deps.ask.node) return joinHere(opened, left, silenced)
      const { show, comer } = opened
      const far = await nodes.farHosts.join(home, who, comer, left, silenced)
      return { ...far, show, member: comer.mayLead }
    },

    joinHere: async (who, left) => joinHere(await openShow(who), left, () => {}),

    async homeFor(who) {
      await openShow(who)
      return nodes.homeOf(who.showId)
    },

    async attend(who) {
      const { show, comer } = await openShow(who)
      return { show, member: comer.mayLead }
    },

    async lead(who, step) {
      const { comer } = await openShow(who)
      await nodes.lead(who, { personId: comer.personId, mayLead: comer.mayLead }, step)
    },

    dismiss: (showId, personId) => nodes.dismiss(showId, personId),
    isThere: (node) => node === deps.ask.node || nodes.others().includes(node),
    otherNodes: nodes.others,

    async watch(showId, ticket, offer, scope = 'main') {
      const { personId } = await verify(showId, ticket)
      const receivable = readViewerOffer(offer)
      const seen = stages.get(showId)?.audience ?? (await branches.of(showId))
      const direct = scope === null ? readDirectOffer(offer) : null
      return seen.watch(personId, receivable, scope ?? 'main', direct)
    },

    viewer: (showId, sessionId) =>
      found((stages.get(showId) ?? branches.get(showId))?.audience.viewers.get(sessionId)),

    async close() {
      stopListening?.()
      await rivals.close()
      branches.close()
      for (const stage of [...stages.values()]) stage.close('drained')
      await nodes.close()
      workers.close()
    },
  }
}

const elsewhere = (): Fault =>
  new Fault('unavailable', { detail: 'the show has its home elsewhere', retryAfterMs: 500 })

/**
 * What the home of a show does to it; an older home's steps have no effect.
 * @param ended called when the show has ended, by this or before
 */
const asHome = (shows: StageDeps['shows'], fence: number, ended: () => void): ShowStageDeps['shows'] => ({
  goLive: (tenantId, showId) => shows.goLive(tenantId, showId, fence),
  hostAway: (tenantId, showId) => shows.hostAway(tenantId, showId, fence),
  async end(tenantId, showId) {
    const show = await shows.end(tenantId, showId, fence)
    if (show.status === 'ended') ended()
    return show
  },
  layout: {
    read: shows.layout.read,
    silenced: shows.layout.silenced,
    tell: (tenantId, showId, layout, silenced) =>
      shows.layout.tell(tenantId, showId, layout, silenced, fence),
  },
})

const hostOf = (stage: ShowStage, seat: HostSeat): HostHere => ({
  createTransport: (watch) => seat.createTransport(watch),
  restartIce: () => seat.restartIce(),
  connect: (dtlsParameters) => seat.connect(dtlsParameters),
  produce: (kind, source, rtpParameters) => seat.produce(kind, source, rtpParameters),
  setPaused: (producerId, paused) => seat.setPaused(producerId, paused),
  closeProducer: async (producerId) => seat.closeProducer(producerId),
  goLive: () => stage.goLive(seat),
  leave: () => stage.leave(seat),
  stepDown: () => stage.leave(seat, true),
})
