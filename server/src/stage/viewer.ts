import { randomInt } from 'node:crypto'
import type { Quality } from '@shelfcast/shared/quality.ts'
import type { Consumer, Producer, WebRtcTransport } from 'mediasoup/types'
import { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { randomToken } from '../kernel/secrets.ts'
import type { Egress } from './egress.ts'
import { chooseLayer, type LayerChoice } from './layers.ts'
import type { StageLimits } from './limits.ts'
import { refusing } from './parameters.ts'
import { buildOffer } from './sdp-offer.ts'
import { type Receivable, readViewerAnswer, viewerCapabilities } from './sdp-viewer.ts'

/** One thing that a host sends, as a viewer gets it. */
export interface ViewerSource {
  /** The host's own producer. */
  readonly id: string
  readonly mirror: Producer
  readonly streamId: string
  readonly trackId: string
}

/**
 * - `offered`: the viewer has the server's offer.
 * - `answered`: its answer is in, ICE and DTLS are under way.
 * - `watching`: media flows.
 * The first two end by themselves when nothing comes in time.
 */
type ViewerState = 'offered' | 'answered' | 'watching' | 'closed'

/** A viewer's WHEP session: a transport and one consumer for each source that the viewer can decode. */
export interface Viewer {
  /** Unguessable: who knows it may answer and end the session. */
  readonly id: string
  readonly personId: string
  /** Which worker it is on: told to the viewer, who hears of its death in the room. */
  readonly workerId: string
  /** What the session was opened with: ids of the hosts' producers. */
  readonly sourceIds: ReadonlySet<string>
  readonly offer: string
  /** Changes with the state of the negotiation, as a strong ETag. */
  readonly etag: string
  readonly state: ViewerState
  /** @throws Fault `sdp_refused`, also for a second answer */
  answer(sdp: string): Promise<void>
  /** Bounds the picture's quality, now or once frames flow. */
  prefer(quality: Quality): void
  /** Idempotent. The browser sees its DTLS transport close. */
  close(): void
}

interface ViewerDeps {
  personId: string
  egress: Egress
  sources: readonly ViewerSource[]
  receivable: Receivable
  limits: Pick<StageLimits, 'connectWithinMs' | 'iceConsentS' | 'viewerBitrateStartBps'>
  log: Log
  onClosed(viewer: Viewer): void
}

interface Track extends ViewerSource {
  readonly consumer: Consumer
  readonly layer: LayerChoice
}

/** @throws Fault `sdp_refused` when the viewer can decode nothing of what the host sends */
export async function openViewer(deps: ViewerDeps): Promise<Viewer> {
  const transport = await deps.egress.router.createWebRtcTransport({
    webRtcServer: deps.egress.slot.server,
    preferUdp: true,
    // Starts near the upper simulcast layer; bandwidth estimation goes down from there where it must.
    initialAvailableOutgoingBitrate: deps.limits.viewerBitrateStartBps,
    iceConsentTimeout: deps.limits.iceConsentS,
  })
  try {
    return watchTransport(deps, transport, await consume(deps, transport))
  } catch (error) {
    transport.close()
    throw error
  }
}

/** Consumers start paused: a key frame that is sent before DTLS is up would be lost. */
async function consume(deps: ViewerDeps, transport: WebRtcTransport): Promise<Track[]> {
  const { router } = deps.egress
  const rtpCapabilities = viewerCapabilities(router.rtpCapabilities, deps.receivable)
  const tracks: Track[] = []
  for (const source of deps.sources) {
    if (!router.canConsume({ producerId: source.mirror.id, rtpCapabilities })) continue
    const consumer = await transport.consume({
      producerId: source.mirror.id,
      rtpCapabilities,
      paused: true,
      preferredLayers: { spatialLayer: 0 },
    })
    tracks.push({ ...source, consumer, layer: chooseLayer(consumer, source.mirror) })
  }
  if (tracks.length === 0) {
    throw new Fault('sdp_refused', { detail: 'the offer has none of the codecs that the host sends' })
  }
  return tracks
}

function watchTransport(deps: ViewerDeps, transport: WebRtcTransport, tracks: readonly Track[]): Viewer {
  let state: ViewerState = 'offered'
  let etag = newEtag()
  const mids = tracks.map(({ consumer }) => consumer.rtpParameters.mid ?? '')
  const late = setTimeout(() => transport.close(), deps.limits.connectWithinMs).unref()

  async function start(): Promise<void> {
    if (state === 'closed') return
    clearTimeout(late)
    state = 'watching'
    await Promise.all(tracks.map(({ consumer }) => (consumer.closed ? null : consumer.resume())))
  }

  const viewer: Viewer = {
    id: randomToken(),
    personId: deps.personId,
    workerId: deps.egress.slot.id,
    sourceIds: new Set(deps.sources.map(({ id }) => id)),
    offer: buildOffer(
      randomInt(2 ** 47),
      transport,
      tracks.map(({ consumer, streamId, trackId }, i) => ({
        mid: mids[i]!,
        kind: consumer.kind,
        rtpParameters: consumer.rtpParameters,
        streamId,
        trackId,
      })),
    ),
    get etag() {
      return etag
    },
    get state() {
      return state
    },
    async answer(sdp) {
      if (state !== 'offered')
        throw new Fault('sdp_refused', { detail: 'the session has its answer already' })
      const { dtlsParameters, accepted } = readViewerAnswer(sdp, mids)
      state = 'answered'
      etag = newEtag()
      for (const [i, { consumer }] of tracks.entries()) if (!accepted.has(mids[i]!)) consumer.close()
      await refusing(() => transport.connect({ dtlsParameters }))
    },
    prefer(quality) {
      for (const { layer } of tracks) layer.prefer(quality)
    },
    close: () => transport.close(),
  }

  transport.on('dtlsstatechange', (dtls) => {
    if (dtls === 'connected') {
      start().catch((error) => deps.log.warn({ err: error }, 'a viewer could not be resumed'))
    } else if (dtls === 'failed' || dtls === 'closed') transport.close()
  })
  transport.on('icestatechange', (ice) => {
    if (ice === 'disconnected') transport.close()
  })
  // The host's track is gone: the viewer asks anew and gets what is there then.
  for (const { consumer } of tracks) consumer.on('producerclose', () => transport.close())
  transport.observer.once('close', () => {
    clearTimeout(late)
    state = 'closed'
    deps.onClosed(viewer)
  })
  return viewer
}

const newEtag = (): string => `"${randomToken().slice(0, 16)}"`
