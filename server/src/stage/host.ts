import type { IceParameters, MediaKind, RtpParameters } from 'mediasoup/types'
import type { ShowRecord } from '../shows/index.ts'
import type { PlainPorts, Source, TransportOptions, TransportWatch } from './seat.ts'

/** mediasoup's own objects, on their way to a studio. */
interface StudioTransport {
  id: string
  iceParameters: Record<string, unknown>
  iceCandidates: Record<string, unknown>[]
  dtlsParameters: Record<string, unknown>
}

/** A host on stage, as the studio's socket holds it; the seat may be on another node. */
export interface Host {
  createTransport(): Promise<StudioTransport>
  connect(dtlsParameters: unknown): Promise<void>
  produce(kind: MediaKind, source: Source, rtpParameters: unknown): Promise<string>
  setPaused(producerId: string, paused: boolean): Promise<void>
  closeProducer(producerId: string): Promise<void>
  goLive(): Promise<ShowRecord>
  /** Gives up the seat. Idempotent. */
  leave(): void
  /** Gives up the seat and does not come back to where it was. Idempotent. */
  stepDown(): void
}

/** A host on this node's stage. */
export interface HostHere extends Host {
  createTransport(watch?: TransportWatch): Promise<TransportOptions>
  restartIce(): Promise<IceParameters>
}

/** A host that is a program on this machine: it leaves when a person goes live. */
export interface StandIn {
  /** Opens a way in for one kind. */
  receive(kind: MediaKind, rtpParameters: RtpParameters): Promise<PlainPorts>
  goLive(): Promise<ShowRecord>
  /** Idempotent. */
  leave(): void
}
