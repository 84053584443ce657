import type {
  DtlsParameters,
  IceCandidate,
  IceParameters,
  MediaKind,
  RtpCodecParameters,
  RtpParameters,
} from 'mediasoup/types'
import { Fault } from '../kernel/errors.ts'

/** What one m-section of the offer sends. */
export interface OfferedMedia {
  readonly mid: string
  readonly kind: MediaKind
  readonly rtpParameters: RtpParameters
  /** Media with the same stream id is played in step (RFC 8830). Both ids are tokens of at most 64 characters. */
  readonly streamId: string
  readonly trackId: string
  /** It has ended: its section stays, inactive. */
  readonly gone?: boolean
}

export interface OfferedTransport {
  readonly iceParameters: IceParameters
  readonly iceCandidates: readonly IceCandidate[]
  readonly dtlsParameters: DtlsParameters
}

/**
 * The server's offer: one sendonly m-section for each consumer, all in one BUNDLE on one ICE-lite transport whose
 * candidates are complete (RFC 9429, RFC 8445 section 2.5). The receiver chooses the DTLS role, `active` in practice.
 */
export function buildOffer(
  sessionId: number,
  version: number,
  transport: OfferedTransport,
  media: readonly OfferedMedia[],
): string {
  const lines = [
    'v=0',
    `o=- ${sessionId} ${version} IN IP4 0.0.0.0`,
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${media.map(({ mid }) => mid).join(' ')}`,
    'a=msid-semantic:WMS *',
    'a=extmap-allow-mixed',
    ...media.flatMap((one) => mediaSection(transport, one, 'actpass')),
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** A section that sends one consumer's packets. */
export function mediaSection(
  transport: OfferedTransport,
  media: OfferedMedia,
  setup: 'actpass' | 'active' | 'passive',
): string[] {
  const { rtpParameters } = media
  return [
    `m=${media.kind} 9 UDP/TLS/RTP/SAVPF ${rtpParameters.codecs.map((codec) => codec.payloadType).join(' ')}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${media.mid}`,
    ...(media.gone ? ['a=inactive'] : ['a=sendonly', `a=msid:${media.streamId} ${media.trackId}`]),
    'a=rtcp-mux',
    'a=rtcp-mux-only', // RFC 8858
    'a=rtcp-rsize',
    ...transportLines(transport, setup),
    ...rtpParameters.codecs.flatMap((codec) => codecLines(media.kind, codec)),
    ...(rtpParameters.headerExtensions ?? []).map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    ...(media.gone ? [] : ssrcLines(rtpParameters)),
  ]
}

export function transportLines(
  { iceParameters, iceCandidates, dtlsParameters }: OfferedTransport,
  setup: 'actpass' | 'active' | 'passive',
): string[] {
  const fingerprint = dtlsParameters.fingerprints.find((one) => one.algorithm === 'sha-256')
  if (!fingerprint) throw new Fault('internal', { detail: 'mediasoup gave no SHA-256 fingerprint' })
  return [
    ...iceLines(iceParameters),
    `a=fingerprint:sha-256 ${fingerprint.value}`,
    `a=setup:${setup}`,
    ...candidateLines(iceCandidates),
  ]
}

export const iceLines = ({ usernameFragment, password }: IceParameters): string[] => [
  `a=ice-ufrag:${usernameFragment}`,
  `a=ice-pwd:${password}`,
]

export const candidateLines = (candidates: readonly IceCandidate[]): string[] => [
  ...candidates.map(candidateLine),
  'a=end-of-candidates',
]

function candidateLine(candidate: IceCandidate): string {
  const { foundation, protocol, priority, address, port, type, tcpType } = candidate
  const tcp = tcpType === undefined ? '' : ` tcptype ${tcpType}`
  return `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcp}`
}

export function codecLines(kind: MediaKind, codec: RtpCodecParameters): string[] {
  const { payloadType, clockRate, channels = 1, parameters = {}, rtcpFeedback = [] } = codec
  const name = codec.mimeType.slice(kind.length + 1)
  const settings = Object.entries(parameters).map(([key, value]) => `${key}=${value}`)
  return [
    `a=rtpmap:${payloadType} ${name}/${clockRate}${channels > 1 ? `/${channels}` : ''}`,
    ...(settings.length > 0 ? [`a=fmtp:${payloadType} ${settings.join(';')}`] : []),
    ...rtcpFeedback.map(({ type, parameter }) =>
      parameter ? `a=rtcp-fb:${payloadType} ${type} ${parameter}` : `a=rtcp-fb:${payloadType} ${type}`,
    ),
  ]
}

/** A consumer has one encoding, whatever its producer sends. */
function ssrcLines({ encodings = [], rtcp }: RtpParameters): string[] {
  const [encoding] = encodings
  if (encoding?.ssrc === undefined) return []
  const cname = `cname:${rtcp?.cname ?? 'shelfcast'}`
  const { ssrc, rtx } = encoding
  if (rtx === undefined) return [`a=ssrc:${ssrc} ${cname}`]
  return [`a=ssrc-group:FID ${ssrc} ${rtx.ssrc}`, `a=ssrc:${ssrc} ${cname}`, `a=ssrc:${rtx.ssrc} ${cname}`]
}
