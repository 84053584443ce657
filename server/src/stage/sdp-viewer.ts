import type {
  DtlsFingerprint,
  DtlsParameters,
  FingerprintAlgorithm,
  MediaKind,
  RtpCapabilities,
  RtpCodecCapability,
} from 'mediasoup/types'
import { Fault } from '../kernel/errors.ts'
import { attribute, parseSdp, type SdpSection, values } from './sdp.ts'

interface OfferedFormat {
  /** Lower case, e.g. `h264`. */
  readonly codec: string
  readonly fmtp: string
}

/** What a viewer's offer says it can receive, by kind. */
export interface Receivable {
  readonly formats: Readonly<Record<MediaKind, readonly OfferedFormat[]>>
  readonly extensions: Readonly<Record<MediaKind, ReadonlySet<string>>>
}

/**
 * Reads a viewer's offer. Only its codecs and header extensions matter: ids, ICE and DTLS come from the server's own
 * offer, so the same text may be sent again for every attempt.
 * @throws Fault `sdp_malformed`, `sdp_refused`
 */
export function readViewerOffer(text: string): Receivable {
  const { sections } = parseSdp(text)
  const of = (kind: MediaKind): SdpSection[] =>
    sections.filter(
      (one) =>
        one.kind === kind && !one.attributes.some(({ name }) => name === 'sendonly' || name === 'inactive'),
    )
  const audio = of('audio')
  const video = of('video')
  if (audio.length + video.length === 0) {
    throw new Fault('sdp_refused', { detail: 'the offer receives neither audio nor video' })
  }
  return {
    formats: { audio: audio.flatMap(formatsOf), video: video.flatMap(formatsOf) },
    extensions: { audio: extensionsOf(audio), video: extensionsOf(video) },
  }
}

function formatsOf(section: SdpSection): OfferedFormat[] {
  const fmtp = new Map<string, string>()
  for (const value of values(section, 'fmtp')) {
    const space = value.indexOf(' ')
    if (space > 0) fmtp.set(value.slice(0, space), value.slice(space + 1))
  }
  return values(section, 'rtpmap').flatMap((value) => {
    const [payloadType, encoding] = value.split(' ')
    const codec = encoding?.split('/')[0]?.toLowerCase()
    return codec ? [{ codec, fmtp: fmtp.get(payloadType!) ?? '' }] : []
  })
}

const extensionsOf = (sections: readonly SdpSection[]): Set<string> =>
  new Set(sections.flatMap((section) => values(section, 'extmap')).map((value) => value.split(' ')[1] ?? ''))

/** The router's capabilities without what this viewer cannot receive. Ids stay the router's. */
export function viewerCapabilities(router: RtpCapabilities, viewer: Receivable): RtpCapabilities {
  return {
    codecs: (router.codecs ?? []).filter((codec) => receives(viewer, codec)),
    headerExtensions: (router.headerExtensions ?? []).filter(({ kind, uri }) =>
      viewer.extensions[kind].has(uri),
    ),
  }
}

function receives(viewer: Receivable, codec: RtpCodecCapability): boolean {
  const name = codec.mimeType.slice(codec.kind.length + 1).toLowerCase()
  return viewer.formats[codec.kind].some(
    (format) => format.codec === name && (name !== 'h264' || format.fmtp.includes('packetization-mode=1')),
  )
}

/** How a viewer answered the server's offer. */
export interface ViewerAnswer {
  readonly dtlsParameters: DtlsParameters
  /** The sections that the viewer wants, by mid. */
  readonly accepted: ReadonlySet<string>
}

const ALGORITHMS: readonly FingerprintAlgorithm[] = ['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']

/**
 * Reads the answer to an offer that had `mids`.
 * @throws Fault `sdp_refused` for another number of sections, none accepted, or no usable DTLS parameters
 */
export function readViewerAnswer(text: string, mids: readonly string[]): ViewerAnswer {
  const sdp = parseSdp(text)
  if (sdp.sections.length !== mids.length) {
    throw new Fault('sdp_refused', { detail: `the answer needs ${mids.length} media sections` })
  }
  const accepted = sdp.sections.flatMap((section, i) =>
    section.port === 0 || section.attributes.some(({ name }) => name === 'inactive')
      ? []
      : [{ section, mid: mids[i]! }],
  )
  const [first] = accepted
  if (!first) throw new Fault('sdp_refused', { detail: 'the answer accepts no media section' })
  const fingerprint = readFingerprint(attribute(sdp, first.section, 'fingerprint'))
  const setup = attribute(sdp, first.section, 'setup')
  if (setup !== 'active' && setup !== 'passive') {
    throw new Fault('sdp_refused', { detail: 'a=setup must be active or passive in an answer' })
  }
  return {
    dtlsParameters: { role: setup === 'active' ? 'client' : 'server', fingerprints: [fingerprint] },
    accepted: new Set(accepted.map(({ mid }) => mid)),
  }
}

/** @throws Fault `sdp_refused` */
export function readFingerprint(value: string | null): DtlsFingerprint {
  const [name = '', digest = ''] = (value ?? '').split(' ')
  const algorithm = ALGORITHMS.find((one) => one === name.toLowerCase())
  if (!algorithm || !/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/.test(digest)) {
    throw new Fault('sdp_refused', { detail: 'a=fingerprint is missing or malformed' })
  }
  return { algorithm, value: digest.toUpperCase() }
}
