import type { stageLeft } from '@shelfcast/shared/rpc/studio.ts'
import { SOURCES } from '@shelfcast/shared/rpc/studio.ts'
import type {
  DtlsParameters,
  IceCandidate,
  IceParameters,
  MediaKind,
  PlainTransport,
  Producer,
  Router,
  RtpParameters,
  WebRtcTransport,
} from 'mediasoup/types'
import type { z } from 'zod'
import { Fault, found } from '../kernel/errors.ts'
import type { StageLimits } from './limits.ts'
import { parseDtls, parseRtp, refusing } from './parameters.ts'
import { LOOPBACK } from './ports.ts'
import { closeWhenSilent } from './silence.ts'
import type { SeatSources } from './sources.ts'
import type { WorkerSlot } from './workers.ts'

export type LeftReason = z.infer<typeof stageLeft>['reason']
export type Source = (typeof SOURCES)[number]

export interface HostMedia {
  readonly source: Source
  readonly producer: Producer
}

export interface TransportOptions {
  id: string
  iceParameters: IceParameters
  iceCandidates: IceCandidate[]
  dtlsParameters: DtlsParameters
}

/** What becomes of a transport that its host cannot see by itself: an encoder has no socket to us. */
export interface TransportWatch {
  connected(): void
  closed(): void
}

/** To a seat, every encoder of a host is the same window: one that comes back takes its place again. */
export const ENCODER_WINDOW = 'encoder'

/** Who asks for a seat. */
export interface Claim {
  personId: string
  /** Of the browser window, over its reloads; a host that is no window is always let in. */
  windowId?: string | undefined
  /** Takes the person's seat from another window that is there. */
  takeOver?: boolean
}

/** UDP ports of 127.0.0.1. */
export interface PlainPorts {
  readonly rtp: number
  readonly rtcp: number
}

interface SeatDeps {
  personId: string
  /** What this host is called on stage. */
  name: string
  /** Works for the merchant. */
  mayLead: boolean
  windowId: string | undefined
  /** Gives way to the first person who goes live. */
  standIn: boolean
  slot: WorkerSlot
  router: Router
  limits: Pick<StageLimits, 'hostProducersMax' | 'hostBitrateMaxBps' | 'keyFrameGapMs' | 'iceConsentS'>
  /** What this host sends has changed. */
  changed(): void
  /** Who runs the show silenced this host, or lifted it. */
  silenced(silenced: boolean): void
  /** The seat was taken away; not called when its own host leaves. */
  left(reason: LeftReason): void
}

/** One host's place on stage: a transport from the browser, or plain ones from a program, and what it sends. */
export class HostSeat {
  readonly personId: string
  readonly name: string
  readonly mayLead: boolean
  readonly windowId: string | undefined
  readonly standIn: boolean
  /** True from this host's `goLive` on: only then do viewers get what it sends. */
  onAir = false
  readonly #deps: SeatDeps
  readonly #media = new Map<string, HostMedia>()
  readonly #plain: PlainTransport[] = []
  /** What this host paused, by the ids of its producers. */
  readonly #paused = new Set<string>()
  #silenced = false
  #transport: WebRtcTransport | null = null
  #closed = false

  constructor(deps: SeatDeps) {
    this.personId = deps.personId
    this.name = deps.name
    this.mayLead = deps.mayLead
    this.windowId = deps.windowId
    this.standIn = deps.standIn
    this.#deps = deps
  }

  get closed(): boolean {
    return this.#closed
  }

  /** What is sent, in the order of SOURCES, video before audio. */
  get media(): HostMedia[] {
    const rank = ({ source, producer }: HostMedia): number =>
      SOURCES.indexOf(source) + (producer.kind === 'video' ? 0 : SOURCES.length)
    return [...this.#media.values()].sort((a, b) => rank(a) - rank(b))
  }

  /** What a recorder takes of this seat. */
  get sources(): SeatSources {
    const sent = this.media.filter(({ producer }) => !producer.paused)
    const microphone = sent.find(
      ({ source, producer }) => source === 'microphone' && producer.kind === 'audio',
    )
    return {
      personId: this.personId,
      standIn: this.standIn,
      pictures: sent.flatMap(({ source, producer }) =>
        source !== 'microphone' && producer.kind === 'video' ? [{ source, videoId: producer.id }] : [],
      ),
      audioId: microphone?.producer.id ?? null,
    }
  }

  /** The one transport of this host; a former one is closed with all that it carried. */
  async createTransport(watch?: TransportWatch): Promise<TransportOptions> {
    this.#assertOpen()
    const { router, slot, limits } = this.#deps
    const transport = await router.createWebRtcTransport({
      webRtcServer: slot.server,
      preferUdp: true,
      iceConsentTimeout: watch ? 0 : limits.iceConsentS,
    })
    if (this.#closed) transport.close()
    this.#assertOpen()
    this.#transport?.close()
    this.#transport = transport
    if (watch) closeWhenSilent(transport, limits.iceConsentS)
    transport.on('icestatechange', (ice) => {
      if (ice === 'disconnected') transport.close()
    })
    transport.on('dtlsstatechange', (dtls) => {
      if (dtls === 'failed' || dtls === 'closed') transport.close()
      else if (dtls === 'connected') watch?.connected()
    })
    transport.observer.once('close', () => {
      this.#transportClosed(transport)
      watch?.closed()
    })
    await transport.setMaxIncomingBitrate(limits.hostBitrateMaxBps)
    const { id, iceParameters, iceCandidates, dtlsParameters } = transport
    return { id, iceParameters, iceCandidates, dtlsParameters }
  }

  /** @throws Fault `invalid_input`, `not_found` without a transport */
  async connect(dtlsParameters: unknown): Promise<void> {
    const transport = found(this.#transport)
    const parsed = parseDtls(dtlsParameters)
    await refusing(() => transport.connect({ dtlsParameters: parsed }))
  }

  /** New ICE credentials for the same transport; what is sent goes on. @throws Fault `not_found` without a transport */
  restartIce(): Promise<IceParameters> {
    return found(this.#transport).restartIce()
  }

  /**
   * Starts to send a source; the same source and kind again takes the place of the former.
   * @throws Fault `invalid_input`, also beyond `hostProducersMax`; `not_found` without a transport
   */
  async produce(kind: MediaKind, source: Source, rtpParameters: unknown): Promise<string> {
    const transport = found(this.#transport)
    const { limits } = this.#deps
    const key = `${source}/${kind}`
    if (!this.#media.has(key) && this.#media.size >= limits.hostProducersMax) {
      throw new Fault('invalid_input', { detail: `a host sends at most ${limits.hostProducersMax} tracks` })
    }
    const parsed = parseRtp(kind, rtpParameters)
    const producer = await refusing(() =>
      transport.produce({
        kind,
        rtpParameters: parsed,
        keyFrameRequestDelay: limits.keyFrameGapMs,
        paused: this.#silenced && kind === 'audio',
      }),
    )
    this.#keep(key, { source, producer })
    return producer.id
  }

  /**
   * Takes plain RTP and RTCP from the first program on this machine that sends to the ports. Two ports: ffmpeg sends
   * RTCP first and from a socket of its own, which on a shared port would be taken for the sender.
   */
  async receive(kind: MediaKind, rtpParameters: RtpParameters): Promise<PlainPorts> {
    this.#assertOpen()
    const transport = await this.#deps.router.createPlainTransport({
      listenInfo: LOOPBACK,
      rtcpMux: false,
      comedia: true,
    })
    if (this.#closed) transport.close()
    this.#assertOpen()
    this.#plain.push(transport)
    const keyFrameRequestDelay = this.#deps.limits.keyFrameGapMs
    const producer = await transport.produce({ kind, rtpParameters, keyFrameRequestDelay })
    this.#keep(`camera/${kind}`, { source: kind === 'video' ? 'camera' : 'microphone', producer })
    return { rtp: transport.tuple.localPort, rtcp: found(transport.rtcpTuple).localPort }
  }

  /** @throws Fault `not_found` */
  async setPaused(producerId: string, paused: boolean): Promise<void> {
    const { producer } = this.#find(producerId)
    if (paused) this.#paused.add(producerId)
    else this.#paused.delete(producerId)
    await this.#settlePause(producer)
  }

  /** Silences this host whatever it wishes, or lets its own wish count again. */
  async silence(silenced: boolean): Promise<void> {
    if (this.#silenced === silenced) return
    this.#silenced = silenced
    this.#deps.silenced(silenced)
    await Promise.all(this.media.map(({ producer }) => this.#settlePause(producer)))
  }

  /** @throws Fault `not_found` */
  closeProducer(producerId: string): void {
    this.#find(producerId).producer.close()
  }

  /** Frees the seat. With a reason its host is told why. Idempotent. */
  close(reason: LeftReason | null): void {
    if (this.#closed) return
    this.#closed = true
    this.onAir = false
    this.#transport?.close()
    for (const transport of this.#plain) transport.close()
    if (reason !== null) this.#deps.left(reason)
  }

  async #settlePause(producer: Producer): Promise<void> {
    const paused = this.#paused.has(producer.id) || (this.#silenced && producer.kind === 'audio')
    await (paused ? producer.pause() : producer.resume())
    this.#deps.changed()
  }

  #keep(key: string, media: HostMedia): void {
    const { producer } = media
    this.#media.get(key)?.producer.close()
    this.#media.set(key, media)
    producer.observer.once('close', () => {
      this.#paused.delete(producer.id)
      if (this.#media.get(key)?.producer !== producer) return
      this.#media.delete(key)
      this.#deps.changed()
    })
    this.#deps.changed()
  }

  #transportClosed(transport: WebRtcTransport): void {
    if (this.#transport !== transport) return // a newer one has taken its place
    this.#transport = null
    this.onAir = false
    this.#deps.changed()
  }

  #find(producerId: string): HostMedia {
    return found([...this.#media.values()].find(({ producer }) => producer.id === producerId))
  }

  #assertOpen(): void {
    if (this.#closed) throw new Fault('not_found', { detail: 'this seat was given up' })
  }
}
