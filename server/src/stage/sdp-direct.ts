import { randomInt } from 'node:crypto'
import type { DtlsParameters, MediaKind, RtpCapabilities, RtpCodecCapability } from 'mediasoup/types'
import { CODEC_NAMES, type CodecName, codecsOf, type PayloadLayout } from './codecs.ts'
import { attribute, flag, parseSdp, type Sdp, type SdpSection, values } from './sdp.ts'
import { mediaSection, type OfferedMedia, type OfferedTransport } from './sdp-offer.ts'
import { readFingerprint } from './sdp-viewer.ts'

/** One section of a player's own offer, as far as an answer repeats it. */
interface DirectSection {
  readonly kind: string
  readonly mid: string
  readonly protocol: string
  readonly formats: string
  /** It receives what one host sends: the first of its kind that may. */
  readonly wanted: boolean
  /** What it calls the codecs that we send, with the feedback that it gives of each. */
  readonly codecs: ReadonlyMap<CodecName, { payloadType: number; feedback: ReadonlySet<string> }>
  /** Its ids of header extensions, by their URIs. */
  readonly extensions: ReadonlyMap<string, number>
}

/** A player's offer that can be answered, by the numbers that it has chosen. */
export interface DirectOffer {
  readonly sections: readonly DirectSection[]
  readonly layout: PayloadLayout
  readonly iceUfrag: string
  readonly dtlsParameters: DtlsParameters
  /** Our part in DTLS. */
  readonly setup: 'active' | 'passive'
}

/**
 * Reads an offer to answer it. Null where that cannot be: it has no credentials (it was made to be read only), it bundles
 * not, or it knows none of the codecs; then a counter-offer says how it can be.
 * @throws Fault `sdp_malformed`, `sdp_refused` for a fingerprint that is none
 */
export function readDirectOffer(text: string): DirectOffer | null {
  const sdp = parseSdp(text)
  const first = { audio: sdp.sections.find(wants('audio')), video: sdp.sections.find(wants('video')) }
  const wanted = [first.audio, first.video].filter((section) => section !== undefined)
  const [one] = wanted
  const iceUfrag = one && attribute(sdp, one, 'ice-ufrag')
  const fingerprint = one && attribute(sdp, one, 'fingerprint')
  if (!iceUfrag || !fingerprint || !attribute(sdp, one, 'ice-pwd') || !isBundled(sdp, wanted)) return null
  const sections = sdp.sections.map((section) => directSection(section, wanted.includes(section)))
  const layout = layoutOf(sections)
  if (layout === null || wanted.some((section) => !flag(section, 'rtcp-mux'))) return null
  const theirs = attribute(sdp, one, 'setup')
  if (theirs !== 'actpass' && theirs !== 'active' && theirs !== 'passive') return null
  const setup = theirs === 'passive' ? 'active' : 'passive'
  const role = setup === 'passive' ? 'client' : 'server'
  return {
    ...{ sections, layout, iceUfrag, setup },
    dtlsParameters: { role, fingerprints: [readFingerprint(fingerprint)] },
  }
}

const wants =
  (kind: MediaKind) =>
  (section: SdpSection): boolean =>
    section.kind === kind &&
    (section.port !== 0 || flag(section, 'bundle-only')) && // RFC 9143, section 6
    !flag(section, 'sendonly') &&
    !flag(section, 'inactive') &&
    midOf(section) !== ''

const midOf = (section: SdpSection): string => values(section, 'mid')[0] ?? ''

function isBundled({ attributes }: Sdp, wanted: readonly SdpSection[]): boolean {
  const group = attributes.find(({ name, value }) => name === 'group' && value.startsWith('BUNDLE '))
  const mids = new Set(group?.value.split(' ').slice(1))
  return wanted.length === 1 || wanted.every((section) => mids.has(midOf(section)))
}

function directSection(section: SdpSection, wanted: boolean): DirectSection {
  const feedback = values(section, 'rtcp-fb').map((value) => value.split(' '))
  const codecs = new Map<CodecName, { payloadType: number; feedback: ReadonlySet<string> }>()
  for (const value of values(section, 'rtpmap')) {
    const [, digits = '', encoding = ''] = /^(\d{1,3}) ([\w-]+)\//.exec(value) ?? []
    const name = CODEC_NAMES.find((one) => one === encoding.toLowerCase())
    if (!name || codecs.has(name) || (name === 'h264' && !isConstrainedBaseline(section, digits))) continue
    const given = feedback.filter(([format]) => format === digits || format === '*')
    codecs.set(name, {
      payloadType: Number(digits),
      feedback: new Set(given.map(([, ...words]) => words.join(' '))),
    })
  }
  const extensions = values(section, 'extmap').map((value) => value.split(' '))
  return {
    ...{ kind: section.kind, mid: midOf(section), wanted, codecs },
    ...{ protocol: section.protocol, formats: section.formats },
    extensions: new Map(extensions.map(([id, uri]) => [uri ?? '', Number.parseInt(id ?? '', 10)])),
  }
}

/** RFC 6184, section 8.1: profile 66 with the second constraint bit, in whole NAL units. */
function isConstrainedBaseline(section: SdpSection, payloadType: string): boolean {
  const fmtp = values(section, 'fmtp').find((value) => value.startsWith(`${payloadType} `)) ?? ''
  return /packetization-mode=1/.test(fmtp) && /profile-level-id=42[4-7c-f]/i.test(fmtp)
}

/** The numbers that the offer has chosen for what we send; null where it knows none of it, or chose unusable ones. */
function layoutOf(sections: readonly DirectSection[]): PayloadLayout | null {
  const chosen = sections.filter(({ wanted }) => wanted).flatMap(({ codecs }) => [...codecs])
  const numbers = chosen.map(([, { payloadType }]) => payloadType)
  const usable = numbers.every((number) => number >= 35 && number <= 127 && (number < 64 || number > 95))
  if (numbers.length === 0 || !usable || new Set(numbers).size < numbers.length) return null
  const layout: PayloadLayout = Object.fromEntries(
    chosen.map(([name, { payloadType }]) => [name, payloadType]),
  )
  return codecsOf(layout) && layout
}

/**
 * What of a router of this layout the player can receive. Header extensions have the worker's numbers, so those are left
 * out that the player calls otherwise. Lost packets are sent again in their own stream: mediasoup chooses the numbers of
 * retransmission streams itself.
 */
export function directCapabilities(router: RtpCapabilities, offer: DirectOffer): RtpCapabilities {
  const sectionOf = (kind: string) => offer.sections.find((one) => one.wanted && one.kind === kind)
  return {
    codecs: (router.codecs ?? []).flatMap((codec): RtpCodecCapability[] => {
      const name = CODEC_NAMES.find((one) => codec.mimeType.toLowerCase() === `${codec.kind}/${one}`)
      const theirs = name && sectionOf(codec.kind)?.codecs.get(name)
      if (theirs?.payloadType !== codec.preferredPayloadType) return []
      const rtcpFeedback = (codec.rtcpFeedback ?? []).filter(({ type, parameter }) =>
        theirs.feedback.has(parameter ? `${type} ${parameter}` : type),
      )
      return [{ ...codec, rtcpFeedback }]
    }),
    headerExtensions: (router.headerExtensions ?? []).filter(
      ({ kind, uri, preferredId }) => sectionOf(kind)?.extensions.get(uri) === preferredId,
    ),
  }
}

/** The answer: what is sent in the sections that want it, in the order of the offer; the others are refused. */
export function buildDirectAnswer(
  { sections, setup }: DirectOffer,
  transport: OfferedTransport,
  media: readonly OfferedMedia[],
): string {
  const sent = new Map(media.map((one) => [one.mid, one]))
  const lines = [
    'v=0',
    `o=- ${randomInt(2 ** 47)} 1 IN IP4 0.0.0.0`,
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${media.map(({ mid }) => mid).join(' ')}`,
    'a=msid-semantic:WMS *',
    ...sections.flatMap(({ kind, mid, protocol, formats, wanted }) => {
      const one = wanted ? sent.get(mid) : undefined
      if (one) return mediaSection(transport, one, setup)
      const refused = [`m=${kind} 0 ${protocol} ${formats}`, 'c=IN IP4 0.0.0.0', 'a=inactive']
      return mid === '' ? refused : [...refused, `a=mid:${mid}`]
    }),
  ]
  return `${lines.join('\r\n')}\r\n`
}
