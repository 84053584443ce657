import { randomInt } from 'node:crypto'
import type { Quality } from '@shelfcast/shared/quality.ts'
import type { Consumer, MediaKind, Producer, RtpCapabilities, WebRtcTransport } from 'mediasoup/types'
import { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { randomToken } from '../kernel/secrets.ts'
import type { Scope } from './audience.ts'
import type { Egress } from './egress.ts'
import { createIceSession, type IceSession, newEtag } from './ice-session.ts'
import { chooseLayer, type LayerChoice } from './layers.ts'
import type { StageLimits } from './limits.ts'
import { followLoss, isEstimated, type LossLimits } from './loss-pace.ts'
import { refusing } from './parameters.ts'
import { createQueue } from './queue.ts'
import { buildDirectAnswer, type DirectOffer, directCapabilities } from './sdp-direct.ts'
import { buildOffer, type OfferedMedia } from './sdp-offer.ts'
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
 * - `answered`: its answer is in, or the server's to its own offer; ICE and DTLS are under way.
 * - `watching`: media flows.
 * The first two end by themselves when nothing comes in time. A renewed offer is answered while watching.
 */
type ViewerState = 'offered' | 'answered' | 'watching' | 'closed'

/** A viewer's WHEP session: a transport and one consumer for each source that the viewer can decode. */
export interface Viewer {
  /** Unguessable: who knows it may answer and end the session. */
  readonly id: string
  readonly personId: string
  /** Which worker it is on: told to the viewer, who hears of its death in the room. */
  readonly workerId: string
  readonly scope: Scope
  /** What the session was offered: ids of the hosts' producers. */
  readonly sourceIds: ReadonlySet<string>
  /** How many simulcast layers its best picture has. */
  readonly layers: number
  /** Whether some picture gets through badly. */
  readonly isPoor: boolean
  sentBps(): Promise<number>
  /** The last offer that was made, or the answer to the player's own. */
  readonly sdp: string
  /** Whether `sdp` answers the player's offer, and nothing more is to be negotiated. */
  readonly direct: boolean
  /** Changes with the state of the negotiation, as a strong ETag. */
  readonly etag: string
  readonly state: ViewerState
  /** @throws Fault `sdp_refused`, also for a second answer to the same offer */
  answer(sdp: string): Promise<void>
  /** As `IceSession.patch`. @throws Fault `unsupported_media_type` where the server made the offer */
  patchIce(fragment: string, ifMatch: string | undefined): Promise<string | null>
  /**
   * Makes another offer, with what has come on air since and without what went. What is on screen is not touched.
   * @param restartIce with other ICE credentials: the viewer is on another network. Who has one picture may ask for that too
   * @throws Fault `sdp_refused` for who has one picture only, before the first answer, and after too many changes
   */
  renew(restartIce?: boolean): Promise<void>
  /** Bounds the picture's quality, now or once frames flow; `sound` pauses every picture. */
  prefer(quality: Quality): void
  /** The layout has changed: pictures that are small or unseen there need no high layer. */
  fit(): void
  /** Idempotent. The browser sees its DTLS transport close. */
  close(): void
}

interface ViewerDeps {
  personId: string
  scope: Scope
  egress: Egress
  sources: readonly ViewerSource[]
  /** How good a picture has to be for its place in the layout, by the id of its source. */
  needed(sourceId: string): Quality
  /** What there is by now; null for who has one picture only, and asks anew when that ends. */
  more: (() => Promise<ViewerSource[]>) | null
  receivable: Receivable
  /** The player's offer, where it is answered. */
  direct: DirectOffer | null
  limits: LossLimits &
    Pick<StageLimits, 'connectWithinMs' | 'iceConsentS' | 'viewerBitrateStartBps' | 'viewerSectionsMax'>
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
    const tracks = await consume(deps, transport, deps.sources)
    if (tracks.length === 0) {
      throw new Fault('sdp_refused', { detail: 'the offer has none of the codecs that the host sends' })
    }
    const { direct } = deps
    if (direct) await refusing(() => transport.connect({ dtlsParameters: direct.dtlsParameters }))
    return watchTransport(deps, transport, tracks)
  } catch (error) {
    transport.close()
    throw error
  }
}

/** Consumers start paused: a key frame that is sent before DTLS is up would be lost. */
async function consume(
  deps: ViewerDeps,
  transport: WebRtcTransport,
  sources: readonly ViewerSource[],
): Promise<Track[]> {
  const { direct } = deps
  const { router } = deps.egress
  const capabilities = direct
    ? directCapabilities(router.rtpCapabilities, direct)
    : viewerCapabilities(router.rtpCapabilities, deps.receivable)
  const tracks: Track[] = []
  const free = new Map(direct?.sections.filter(({ wanted }) => wanted).map(({ kind, mid }) => [kind, mid]))
  for (const source of sources) {
    const { kind } = source.mirror
    const rtpCapabilities = ofKind(capabilities, kind)
    if (!router.canConsume({ producerId: source.mirror.id, rtpCapabilities })) continue
    const mid = free.get(kind)
    free.delete(kind)
    if (direct && mid === undefined) continue // the player has no section for it
    const consumer = await transport.consume({
      producerId: source.mirror.id,
      rtpCapabilities,
      ...(mid === undefined ? {} : { mid }),
      paused: true,
      preferredLayers: { spatialLayer: 0 },
    })
    const layer = chooseLayer(consumer, source.mirror)
    if (direct && layer.top > 0 && !isEstimated(consumer)) followLoss(consumer, layer, deps.limits)
    tracks.push({ ...source, consumer, layer })
  }
  return tracks
}

/** mediasoup takes a header extension that is known of one kind for known of both. */
const ofKind = (
  { codecs = [], headerExtensions = [] }: RtpCapabilities,
  kind: MediaKind,
): RtpCapabilities => ({
  codecs,
  headerExtensions: headerExtensions.filter((one) => one.kind === kind),
})

function watchTransport(deps: ViewerDeps, transport: WebRtcTransport, first: readonly Track[]): Viewer {
  const tracks: Track[] = []
  const sessionId = randomInt(2 ** 47)
  const sourceIds = new Set<string>()
  const queue = createQueue()
  let state: ViewerState = 'offered'
  let quality: Quality = 'auto'
  let version = 0
  let answered = 0
  let sdp = ''
  let etag = ''
  let ice: IceSession | null = null
  const late = setTimeout(() => transport.close(), deps.limits.connectWithinMs).unref()

  function take(more: readonly Track[]): void {
    for (const track of more) {
      tracks.push(track)
      sourceIds.add(track.id)
      if (quality !== 'auto') track.layer.prefer(quality)
      track.layer.bound(deps.needed(track.id))
      track.consumer.on('producerclose', () => {
        // Who has one picture asks anew; so does who has nothing left.
        if (deps.more === null || tracks.every(({ consumer }) => consumer.closed)) transport.close()
      })
    }
  }

  /** Everything so far, new after old. */
  function makeOffer(): void {
    version += 1
    etag = newEtag()
    sdp = buildOffer(sessionId, version, transport, tracks.map(sent))
  }

  /** The player's offer has been all that there is to negotiate. */
  function makeAnswer(direct: DirectOffer): void {
    state = 'answered'
    sdp = buildDirectAnswer(
      direct,
      transport,
      tracks.map((track) => ({ ...sent(track), streamId: THE_STREAM })),
    )
    ice = createIceSession({
      ufrag: direct.iceUfrag,
      mid: tracks.map(midOf)[0] ?? '',
      candidates: transport.iceCandidates,
      restart: () => transport.restartIce(),
    })
  }

  async function start(): Promise<void> {
    if (state === 'closed') return
    clearTimeout(late)
    state = 'watching'
    await flow(tracks)
  }

  /** Lets run what the viewer wants. A picture that runs again begins with a key frame. */
  async function flow(some: readonly Track[]): Promise<void> {
    const open = some.filter(({ consumer }) => !consumer.closed)
    await Promise.all(
      open.map(({ consumer }) =>
        consumer.kind === 'video' && quality === 'sound' ? consumer.pause() : consumer.resume(),
      ),
    )
  }

  const viewer: Viewer = {
    id: randomToken(),
    personId: deps.personId,
    workerId: deps.egress.slot.id,
    scope: deps.scope,
    sourceIds,
    direct: deps.direct !== null,
    get isPoor() {
      return tracks.some(
        ({ consumer }) => consumer.kind === 'video' && !consumer.closed && consumer.score.score < SCORE_GOOD,
      )
    },
    async sentBps() {
      const [stats] = await transport.getStats().catch(() => []) // it may close just now
      return stats?.sendBitrate ?? 0
    },
    get layers() {
      return (
        1 + Math.max(0, ...tracks.filter(({ consumer }) => !consumer.closed).map(({ layer }) => layer.top))
      )
    },
    get sdp() {
      return sdp
    },
    get etag() {
      return ice?.etag ?? etag
    },
    get state() {
      return state
    },
    async answer(text) {
      if (answered === version)
        throw new Fault('sdp_refused', { detail: 'the session has its answer already' })
      const mids = tracks.map(midOf)
      const { dtlsParameters, accepted } = readViewerAnswer(text, mids)
      answered = version
      etag = newEtag()
      for (const track of tracks) if (!accepted.has(midOf(track))) track.consumer.close()
      if (state === 'watching') return flow(tracks)
      if (state !== 'offered') return
      state = 'answered'
      await refusing(() => transport.connect({ dtlsParameters }))
    },
    async patchIce(fragment, ifMatch) {
      if (!ice) throw new Fault('unsupported_media_type', { detail: 'application/sdp is expected' })
      return ice.patch(fragment, ifMatch)
    },
    renew: (restartIce = false) =>
      queue(async () => {
        if (answered === 0 || (deps.more === null && !restartIce)) {
          throw new Fault('sdp_refused', { detail: 'this session has what it was opened with' })
        }
        if (restartIce) await transport.restartIce()
        const sources = deps.more === null ? tracks : await deps.more()
        const there = new Set(sources.map(({ id }) => id))
        for (const { id, consumer } of tracks) if (!there.has(id)) consumer.close() // the worker tells a little later
        const fresh = sources.filter(({ id }) => !sourceIds.has(id))
        if (tracks.length + fresh.length > deps.limits.viewerSectionsMax) {
          transport.close()
          throw new Fault('not_found', { detail: 'too much has changed in this session; open another' })
        }
        take(await consume(deps, transport, fresh))
        makeOffer()
      }),
    prefer(wanted) {
      const flows = state === 'watching' && (wanted === 'sound') !== (quality === 'sound')
      quality = wanted
      for (const { layer } of tracks) layer.prefer(wanted)
      if (flows) flow(tracks).catch((error) => deps.log.warn({ err: error }, 'a picture could not be paused'))
    },
    fit() {
      for (const { id, layer } of tracks) layer.bound(deps.needed(id))
    },
    close: () => transport.close(),
  }

  for (const { id } of deps.sources) sourceIds.add(id)
  take(first)
  if (deps.direct) makeAnswer(deps.direct)
  else makeOffer()
  transport.on('dtlsstatechange', (dtls) => {
    if (dtls === 'connected') {
      start().catch((error) => deps.log.warn({ err: error }, 'a viewer could not be resumed'))
    } else if (dtls === 'failed' || dtls === 'closed') transport.close()
  })
  transport.on('icestatechange', (ice) => {
    if (ice === 'disconnected') transport.close()
  })
  transport.observer.once('close', () => {
    clearTimeout(late)
    state = 'closed'
    deps.onClosed(viewer)
  })
  return viewer
}

/** Of mediasoup's ten: below it loss is seen. */
const SCORE_GOOD = 7

/** draft-ietf-wish-whep, section 4.5.2: an answer has one stream, whoever its picture and its sound are of. */
const THE_STREAM = 'show'

const midOf = ({ consumer }: Track): string => consumer.rtpParameters.mid ?? ''

/** A track that has gone keeps its place among the sections, which is how the two sides know them. */
const sent = (track: Track): OfferedMedia => ({
  mid: midOf(track),
  kind: track.consumer.kind,
  rtpParameters: track.consumer.rtpParameters,
  streamId: track.streamId,
  trackId: track.trackId,
  gone: track.consumer.closed,
})
