import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import type { Producer, Router, RtpCapabilities } from 'mediasoup/types'
import { Fault, found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { ShowRecord } from '../shows/index.ts'
import { Audience, notReady, type Programme, type Sent } from './audience.ts'
import { createLife, type Life, type LifeShows } from './life.ts'
import type { StageLimits } from './limits.ts'
import { createLineUp, type LayoutStore, type LineUp } from './line-up.ts'
import { ShowMedia } from './media.ts'
import { createQueue } from './queue.ts'
import { type RivalOnStage, RivalSeat, type RivalSource } from './rival.ts'
import { type Claim, ENCODER_WINDOW, HostSeat, type LeftReason } from './seat.ts'
import type { ShowSources } from './sources.ts'
import { createSpeakerWatch, type SpeakerWatch } from './speaker.ts'
import type { WorkerSlot, Workers } from './workers.ts'

/** What the stage tells a room. */
export interface StageRooms {
  publish(showId: string, event: Extract<DownOf<'latest'>, { t: 'media' | 'speaker' }>): void
}

/** Who asks for a seat, and as what. */
export interface Comer extends Claim {
  name: string
  mayLead: boolean
  /** The show's lead as the database knows it. */
  leads: boolean
}

export interface ShowStageDeps {
  tenantId: string
  showId: string
  workers: Workers
  shows: LifeShows & { layout: LayoutStore }
  rooms: StageRooms
  limits: StageLimits
  log: Log
  /** Nothing is left here that must be remembered. */
  onIdle(): void
  /** What is sent to viewers may have changed. */
  onSources(sources: ShowSources): void
  /** What there is to see may have changed: nodes that show it too have to hear of it. */
  onProgramme(): void
  /** Where the rival of a battle is seen on this node. @throws Fault `media_not_ready` where it is not */
  rivalSource(showId: string): Promise<RivalSource>
}

/** The stage of one show on its home node: its hosts' seats, its routers, its viewers on this node. */
export class ShowStage implements Programme {
  readonly tenantId: string
  readonly showId: string
  readonly life: Life
  readonly lineUp: LineUp
  readonly seats = new Map<string, HostSeat>()
  readonly audience: Audience
  readonly #deps: ShowStageDeps
  /** Hosts take seats one at a time. */
  readonly #queue = createQueue()
  /** Until when a host who was on air goes on where it was (`performance.now()`); without end while it is on stage. */
  readonly #awaited = new Map<string, number>()
  /** An encoder went with its media worker: nobody tells it, and it notices late. */
  #lostEncoder = false
  /** Whose picture came from an encoder, last. */
  readonly #byEncoder = new Set<string>()
  /** Hosts who are about to take a seat. */
  #coming = 0
  #media: ShowMedia | null = null
  #speaker: SpeakerWatch | null = null
  #rival: RivalSeat | null = null

  constructor(deps: ShowStageDeps) {
    this.#deps = deps
    this.tenantId = deps.tenantId
    this.showId = deps.showId
    this.life = createLife({
      ...deps,
      hostsPresent: () => this.seats.size > 0,
      graceMs: () => this.#graceMs,
    })
    this.lineUp = createLineUp({
      ...deps,
      layouts: deps.shows.layout,
      seats: () => this.#seatsOnAir(),
      rival: () => this.#rival?.view ?? null,
    })
    this.audience = new Audience({
      ...deps,
      programme: () => this,
      media: () => this.#media,
      producer: async (id) => {
        const producer = this.#find(id)
        if (!producer) throw notReady()
        return producer
      },
    })
  }

  get live(): boolean {
    return this.life.at === 'live'
  }

  get layout(): StageLayout {
    return this.lineUp.layout
  }

  get sent(): Sent[] {
    const own = this.#seatsOnAir().flatMap(({ personId, media }) =>
      media.map(({ source, producer }) => ({ id: producer.id, personId, source, paused: producer.paused })),
    )
    return this.#rival ? [...own, ...this.#rival.sent] : own
  }

  /** What hosts send, on air or not. */
  get producers(): Producer[] {
    return [...this.seats.values()].flatMap((seat) => seat.media.map(({ producer }) => producer))
  }

  get routers(): number {
    return this.#media?.routers ?? 0
  }

  /**
   * Takes a seat. The same person's older seat is given up, where it is of the same window, off air, or to be taken over;
   * another person needs a free one.
   * @param standIn one that leaves when a person goes live, and that comes only while nobody is on stage
   * @throws Fault `host_seat_taken`, `host_elsewhere` with `extra.by` (`encoder` or `window`), `show_ended`, `unavailable` while no worker is up
   */
  join(
    { personId, windowId, takeOver, name, mayLead, leads }: Comer,
    left: (reason: LeftReason) => void,
    {
      standIn = false,
      silenced = () => {},
    }: { standIn?: boolean; silenced?: (silenced: boolean) => void } = {},
  ): Promise<{ seat: HostSeat; rtpCapabilities: RtpCapabilities; resumed: boolean }> {
    this.#coming++
    const joined = this.#queue(async () => {
      const former = this.seats.get(personId)
      if (!former && this.seats.size >= this.#deps.limits.hostsMax) {
        throw new Fault('host_seat_taken', { detail: 'all seats of this stage are taken' })
      }
      if (former?.onAir && windowId !== undefined && former.windowId !== windowId && !takeOver) {
        const by = former.windowId === ENCODER_WINDOW ? 'encoder' : 'window'
        throw new Fault('host_elsewhere', { extra: { by } })
      }
      if (standIn && [...this.seats.values()].some((seat) => !seat.standIn)) {
        throw new Fault('host_seat_taken', { detail: 'a stand-in waits until the stage is empty' })
      }
      await this.lineUp.load()
      const { slot, ingest } = await this.#openMedia()
      if (this.life.at === 'ended') throw new Fault('show_ended')
      const waited = this.life.at === 'dropping' || this.life.at === 'away'
      const awaited = (this.#awaited.get(personId) ?? 0) > performance.now()
      // A studio that is opened beside an encoder that dropped does not put a camera on air by itself.
      const surprising = this.#byEncoder.has(personId) && windowId !== ENCODER_WINDOW && !takeOver
      const resumed = !surprising && ((waited && mayLead) || (awaited && this.life.at !== 'setup'))
      const seat: HostSeat = new HostSeat({
        personId,
        name,
        mayLead,
        windowId,
        standIn,
        slot,
        router: ingest,
        limits: this.#deps.limits,
        changed: () => this.#sourcesChanged(),
        silenced,
        left: (reason) => {
          this.#vacate(seat)
          left(reason)
        },
      })
      if (this.lineUp.silenced.has(personId)) await seat.silence(true)
      if (leads || (this.lineUp.lead === null && mayLead)) this.lineUp.lead = personId
      this.seats.set(personId, seat)
      former?.close(windowId === ENCODER_WINDOW ? 'encoder' : 'replaced')
      this.life.hostsChanged()
      this.#sourcesChanged()
      return { seat, rtpCapabilities: ingest.rtpCapabilities, resumed }
    })
    return joined.finally(() => {
      this.#coming--
      this.#settleEmpty()
    })
  }

  /** The show is on air and its hosts are not here: each has its grace time, and goes on where it was. */
  async recover(wasLive: boolean): Promise<void> {
    const until = performance.now() + this.#deps.limits.graceMs
    for (const { personId } of await this.lineUp.load()) this.#awaited.set(personId, until)
    await this.life.recover(wasLive)
  }

  /** A host goes by itself: its socket closed, or, where it is `for good`, because it said so. */
  leave(seat: HostSeat, forGood = false): void {
    if (forGood) this.#awaited.delete(seat.personId)
    seat.close(null)
    this.#vacate(seat)
  }

  /** Puts a host on air. @throws Fault `media_not_ready` without a producer, `show_ended`, `show_transition_refused` */
  async goLive(seat: HostSeat): Promise<ShowRecord> {
    if (seat.closed || seat.media.length === 0) {
      throw new Fault('media_not_ready', { detail: 'send a camera or a microphone first' })
    }
    await this.#warmUp(seat)
    const show = await this.life.goLive()
    if (!seat.closed && seat.media.length > 0) {
      seat.onAir = true
      if (seat.windowId === ENCODER_WINDOW) this.#byEncoder.add(seat.personId)
      else this.#byEncoder.delete(seat.personId)
      this.#awaited.set(seat.personId, Number.POSITIVE_INFINITY)
      this.#lostEncoder = false
    }
    if (!seat.standIn) {
      for (const other of [...this.seats.values()]) if (other.standIn) other.close('replaced')
    }
    this.#sourcesChanged()
    return show
  }

  /**
   * A worker died. Its viewers are told, since a browser would notice only after seconds; hosts that sent to it come
   * again, and the show goes on where they do.
   */
  lostWorker(slot: WorkerSlot): void {
    const media = this.#media
    if (!media) return
    if (media.slot === slot) {
      this.#lostEncoder = [...this.seats.values()].some(({ windowId }) => windowId === ENCODER_WINDOW)
      for (const seat of [...this.seats.values()]) seat.close('media_lost')
      this.#closeMedia()
    }
    if (media.hasUsed(slot)) this.#deps.rooms.publish(this.#deps.showId, { t: 'media', key: slot.id })
  }

  /** What a host sends, by its id, and the router that it comes to. @throws Fault `not_found` */
  sending(producerId: string): { router: Router; producer: Producer } {
    return { router: found(this.#media).ingest, producer: found(this.#find(producerId)) }
  }

  /** Sends everyone home. Idempotent. */
  close(reason: LeftReason): void {
    this.life.end()
    this.lineUp.close()
    this.#rival?.close()
    for (const seat of [...this.seats.values()]) seat.close(reason)
    this.#closeMedia()
    this.#tellSources()
    this.#deps.onIdle()
  }

  /** Silences a host, now and after a reload, or lifts it. @throws Fault `not_found` for who is not on stage */
  async silence(personId: string, silenced: boolean): Promise<void> {
    const seat = found(this.seats.get(personId))
    if (silenced) this.lineUp.silenced.add(personId)
    else this.lineUp.silenced.delete(personId)
    this.lineUp.changed()
    await seat.silence(silenced)
  }

  /** Takes a host off the stage. */
  dismiss(personId: string): void {
    this.seats.get(personId)?.close('removed')
    this.#awaited.delete(personId)
    this.lineUp.silenced.delete(personId)
    this.lineUp.changed()
  }

  /** The show has a battle with this one, or none (any more). The rival's picture comes and goes beside the own ones. */
  setRival(rival: RivalOnStage | null): void {
    if (this.#rival?.showId !== rival?.showId) {
      this.#rival?.close()
      this.#rival =
        rival &&
        new RivalSeat({
          ...rival,
          source: () => this.#deps.rivalSource(rival.showId),
          router: () => this.#media?.ingest ?? null,
          changed: () => this.layoutChanged(),
          log: this.#deps.log,
        })
      this.layoutChanged()
    }
    this.#rival?.settle()
  }

  /** What there is to see of this show may have changed: it may be the rival here. */
  seenElsewhere(showId: string): void {
    if (this.#rival?.showId === showId) this.#rival.settle()
  }

  /** Other pictures stand elsewhere, and may be those that viewers with a single one get. */
  layoutChanged(): void {
    this.lineUp.changed()
    this.#programmeChanged()
    this.#tellSources()
  }

  /** Nobody is here or about to come. */
  #settleEmpty(): void {
    if (this.seats.size > 0 || this.#coming > 0) return
    this.#closeMedia()
    if (this.life.at === 'setup') this.#deps.onIdle()
  }

  #vacate(seat: HostSeat): void {
    if (this.seats.get(seat.personId) !== seat) return
    this.seats.delete(seat.personId)
    if (this.#awaited.has(seat.personId)) {
      this.#awaited.set(seat.personId, performance.now() + this.#graceMs)
    }
    this.#sourcesChanged()
    this.life.hostsChanged()
    this.#settleEmpty()
  }

  get #graceMs(): number {
    const { graceMs, encoderGraceMs } = this.#deps.limits
    return this.#lostEncoder ? Math.max(graceMs, encoderGraceMs) : graceMs
  }

  #seatsOnAir(): HostSeat[] {
    return [...this.seats.values()].filter((seat) => seat.onAir)
  }

  /** What a host sends, or the rival, as it comes to this show's router. */
  #find(producerId: string): Producer | undefined {
    const own = [...this.seats.values()].flatMap((seat) => seat.media)
    return own.find(({ producer }) => producer.id === producerId)?.producer ?? this.#rival?.find(producerId)
  }

  /** If nobody is on air any more, the show is dropping. */
  #sourcesChanged(): void {
    this.lineUp.changed()
    this.#programmeChanged()
    this.#tellSources()
    const microphones = this.#seatsOnAir().flatMap(({ personId, media }) =>
      media.flatMap(({ source, producer }) =>
        source === 'microphone' ? [[producer, personId] as const] : [],
      ),
    )
    this.#speaker?.follow(new Map(microphones))
    if (this.#seatsOnAir().length === 0) this.life.stopped()
  }

  #programmeChanged(): void {
    this.audience.settle()
    this.#deps.onProgramme()
  }

  #tellSources(): void {
    const { tenantId, showId, onSources } = this.#deps
    const seats = this.#seatsOnAir().map((seat) => seat.sources)
    onSources({ tenantId, showId, seats, mainId: this.audience.main()?.videoId ?? null })
  }

  /** The first viewer should not wait for pipes. */
  async #warmUp(seat: HostSeat): Promise<void> {
    const media = this.#media
    if (!media) return
    const egress = await media.warmUp(this.#deps.limits)
    await Promise.all(seat.media.map(({ producer }) => egress?.mirror(producer)))
  }

  async #openMedia(): Promise<ShowMedia> {
    if (this.#media) return this.#media
    const { workers, limits, log, rooms, showId } = this.#deps
    this.#media = await ShowMedia.open(workers, limits)
    this.#speaker = createSpeakerWatch({
      router: this.#media.ingest,
      everyMs: limits.speakerEveryMs,
      log,
      tell: (personId) => rooms.publish(showId, { t: 'speaker', key: 'speaker', personId }),
    })
    this.#rival?.settle()
    return this.#media
  }

  #closeMedia(): void {
    this.#speaker?.close()
    this.#speaker = null
    this.#media?.close()
    this.#media = null
  }
}
