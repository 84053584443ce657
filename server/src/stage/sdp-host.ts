import { generateRouterRtpCapabilities, getProducerRtpParametersMapping } from 'mediasoup/ortc'
import type {
  DtlsParameters,
  MediaKind,
  RtpCapabilities,
  RtpCodecCapability,
  RtpCodecParameters,
  RtpEncodingParameters,
  RtpParameters,
} from 'mediasoup/types'
import { Fault } from '../kernel/errors.ts'
import { MEDIA_CODECS } from './codecs.ts'
import { attribute, parseSdp, type Sdp, type SdpSection, values } from './sdp.ts'
import { readFingerprint } from './sdp-viewer.ts'

/** What an encoder offers to send in one m-section, as our routers take it. */
export interface HostMedia {
  readonly mid: string
  readonly kind: MediaKind
  readonly rtpParameters: RtpParameters
  /** Simulcast streams by their RIDs, in the order of the offer; empty without simulcast. */
  readonly rids: readonly string[]
}

export interface HostOffer {
  /** The encoder's ICE user fragment: another one later on asks for an ICE restart. */
  readonly iceUfrag: string
  readonly dtlsParameters: DtlsParameters
  /** Our own part in the answer. */
  readonly setup: 'active' | 'passive'
  readonly media: readonly HostMedia[]
}

/** What every ingest router takes; payload types and header extension ids are the sender's own. */
const ROUTER = generateRouterRtpCapabilities(MEDIA_CODECS)

const RIDS_MAX = 3
/**
 * The most that a stream of a simulcast may have. An offer does not say, and browsers send VP8 in three temporal layers,
 * of which viewers get only those that the worker is told of: the first alone is a quarter of the frames.
 */
const SIMULCAST_LAYERS = 'L1T3'
const MID_CHARS_MAX = 8
const refused = (detail: string): Fault => new Fault('sdp_refused', { detail })

/**
 * Reads an encoder's offer (RFC 9725). All of it is taken or none: there are no partly successful answers (section
 * 4.4.3), so a section that cannot be received refuses the whole.
 * @throws Fault `sdp_malformed` for what is no session description, `sdp_refused` for one that cannot be used
 */
export function readHostOffer(text: string): HostOffer {
  const sdp = parseSdp(text)
  const [first] = sdp.sections
  if (!first) throw refused('there is no media section')
  assertBundle(sdp)
  assertOneStream(sdp)
  const media = sdp.sections.map(readSection)
  for (const kind of ['audio', 'video']) {
    if (media.filter((one) => one.kind === kind).length > 1) throw refused(`one ${kind} section at most`)
  }
  const iceUfrag = attribute(sdp, first, 'ice-ufrag')
  if (!iceUfrag || !attribute(sdp, first, 'ice-pwd')) throw refused('ICE credentials are missing')
  const setup = attribute(sdp, first, 'setup')
  if (setup !== 'actpass' && setup !== 'active' && setup !== 'passive') throw refused('a=setup is missing')
  const fingerprints = [readFingerprint(attribute(sdp, first, 'fingerprint'))]
  return {
    iceUfrag,
    dtlsParameters: { role: setup === 'passive' ? 'server' : 'client', fingerprints },
    setup: setup === 'passive' ? 'active' : 'passive',
    media,
  }
}

/** One transport carries all (section 4.4.1). */
function assertBundle({ attributes, sections }: Sdp): void {
  const mids = sections.map(midOf)
  if (new Set(mids).size !== mids.length) throw refused('two sections have the same a=mid')
  const bundle = attributes.find(({ name, value }) => name === 'group' && value.startsWith('BUNDLE'))
  const bundled = new Set(bundle?.value.split(' ').slice(1))
  if (!mids.every((mid) => bundled.has(mid))) throw refused('all sections must be in one BUNDLE')
  if (sections.some((section) => !section.attributes.some(({ name }) => name === 'rtcp-mux'))) {
    throw refused('a=rtcp-mux is needed')
  }
}

/** Section 4.4.2; a track of no stream says `-` (RFC 8830). */
function assertOneStream({ sections }: Sdp): void {
  const streams = sections.flatMap((section) => values(section, 'msid').map((value) => value.split(' ')[0]))
  if (new Set(streams.filter((id) => id !== '-')).size > 1) throw refused('one MediaStream at most')
}

function midOf(section: SdpSection): string {
  const mid = values(section, 'mid')[0] ?? ''
  if (!/^[\w.-]+$/.test(mid) || mid.length > MID_CHARS_MAX) {
    throw refused(`a=mid is a token of at most ${MID_CHARS_MAX} characters`)
  }
  return mid
}

function readSection(section: SdpSection): HostMedia {
  const { kind } = section
  if (kind !== 'audio' && kind !== 'video') throw refused('audio and video only')
  const direction = section.attributes.find(({ name }) => /^(send|recv)(only|recv)$|^inactive$/.test(name))
  // With max-bundle all sections but the first have port 0 and say `bundle-only` (RFC 9143, section 6).
  const dropped = section.port === 0 && !section.attributes.some(({ name }) => name === 'bundle-only')
  if (dropped || direction?.name === 'recvonly' || direction?.name === 'inactive') {
    throw refused('every section must send')
  }
  const mid = midOf(section)
  const rids = kind === 'video' ? ridsOf(section) : []
  const layers = rids.length > 1 ? { scalabilityMode: SIMULCAST_LAYERS } : {} // a single stream goes on as it comes
  const encodings: RtpEncodingParameters[] =
    rids.length > 0 ? rids.map((rid) => ({ rid, ...layers })) : [plainEncoding(section)]
  const cname = values(section, 'ssrc').flatMap((value) => / cname:(\S{1,255})$/.exec(value)?.[1] ?? [])[0]
  const rtcp = { reducedSize: true, ...(cname === undefined ? {} : { cname }) }
  const headerExtensions = extensionsOf(section, kind)
  const { codec, rtx } = chooseCodec(section, kind)
  if (!rtx) for (const encoding of encodings) delete encoding.rtx
  const codecs = rtx ? [codec, rtx] : [codec]
  return { mid, kind, rids, rtpParameters: { mid, codecs, headerExtensions, encodings, rtcp } }
}

/** The first offered format that our routers take, with the retransmission format that goes with it. */
function chooseCodec(
  section: SdpSection,
  kind: MediaKind,
): { codec: RtpCodecParameters; rtx: RtpCodecParameters | null } {
  const offered = formatsOf(section, kind)
  for (const format of offered) {
    const match = routerCodec(format)
    if (!match) continue
    const codec = { ...format, rtcpFeedback: feedbackOf(section, format.payloadType, match) }
    const rtx = offered.find(
      ({ mimeType, parameters }) => /\/rtx$/i.test(mimeType) && parameters?.apt === format.payloadType,
    )
    return { codec, rtx: rtx ?? null }
  }
  throw refused(
    kind === 'audio' ? 'audio must be Opus' : 'video must be VP8 or H264, constrained baseline profile',
  )
}

/** mediasoup's own judgement, H264 profiles and all. */
function routerCodec(codec: RtpCodecParameters): RtpCodecCapability | null {
  if (/\/rtx$/i.test(codec.mimeType)) return null
  try {
    const { codecs } = getProducerRtpParametersMapping({ codecs: [codec], encodings: [{}] }, ROUTER)
    const mapped = codecs[0]?.mappedPayloadType
    return ROUTER.codecs?.find(({ preferredPayloadType }) => preferredPayloadType === mapped) ?? null
  } catch {
    return null
  }
}

function formatsOf(section: SdpSection, kind: MediaKind): RtpCodecParameters[] {
  const fmtp = new Map(
    values(section, 'fmtp').map((value) => {
      const space = value.indexOf(' ')
      return [Number(value.slice(0, space)), value.slice(space + 1)] as const
    }),
  )
  const rtpmap = new Map(
    values(section, 'rtpmap').flatMap((value) => {
      const [, payloadType, name, clock, channels] =
        /^(\d{1,3}) ([\w.+-]{1,32})\/(\d{1,6})(?:\/(\d))?$/.exec(value) ?? []
      return payloadType && name ? [[Number(payloadType), { name, clock, channels }] as const] : []
    }),
  )
  return section.payloadTypes.flatMap((payloadType) => {
    const map = rtpmap.get(payloadType)
    if (!map || payloadType > 127 || Number(map.clock) === 0) return []
    const channels = kind === 'audio' ? { channels: Number(map.channels ?? 1) } : {}
    const parameters = settingsOf(fmtp.get(payloadType) ?? '')
    const mimeType = `${kind}/${map.name}`
    return [
      { mimeType, payloadType, clockRate: Number(map.clock), ...channels, parameters, rtcpFeedback: [] },
    ]
  })
}

/** `a=1;b=x`; short numbers are numbers for mediasoup, a profile of six digits is not. */
function settingsOf(fmtp: string): Record<string, string | number> {
  return Object.fromEntries(
    fmtp.split(';').flatMap((pair) => {
      const [, name, value] = /^\s*([\w-]{1,64})=(\S{0,250})\s*$/.exec(pair) ?? []
      if (name === undefined || value === undefined) return []
      return [[name, /^\d{1,3}$/.test(value) ? Number(value) : value]]
    }),
  )
}

/** What both sides can say to each other. */
function feedbackOf(section: SdpSection, payloadType: number, codec: RtpCodecCapability) {
  const offered = new Set(values(section, 'rtcp-fb'))
  return (codec.rtcpFeedback ?? []).filter(({ type, parameter }) => {
    const name = parameter ? `${type} ${parameter}` : type
    return offered.has(`${payloadType} ${name}`) || offered.has(`* ${name}`)
  })
}

function extensionsOf(section: SdpSection, kind: MediaKind): { uri: Uri; id: number }[] {
  const used = new Set<number>()
  return values(section, 'extmap').flatMap((value) => {
    const [, digits, uri] = /^(\d{1,3})(?:\/\w+)? (\S+)/.exec(value) ?? []
    const known = ROUTER.headerExtensions?.find((one) => one.kind === kind && one.uri === uri)
    const id = Number(digits)
    if (!known || id < 1 || id > 14 || used.has(id)) return []
    used.add(id)
    return [{ uri: known.uri, id }]
  })
}
type Uri = NonNullable<RtpCapabilities['headerExtensions']>[number]['uri']

/** The streams of `a=simulcast:send` (RFC 8853), alternatives and pauses left out. */
function ridsOf(section: SdpSection): string[] {
  const [, list] = /(?:^| )send (\S+)/.exec(values(section, 'simulcast')[0] ?? '') ?? []
  if (list === undefined) return []
  const rids = list.split(';').map((stream) => (stream.split(',')[0] ?? '').replace('~', ''))
  const declared = new Set(values(section, 'rid').map((value) => value.split(' ')[0]))
  if (rids.length > RIDS_MAX || new Set(rids).size !== rids.length) {
    throw refused(`at most ${RIDS_MAX} simulcast streams, each with its own RID`)
  }
  if (!rids.every((rid) => /^[A-Za-z0-9]{1,16}$/.test(rid) && declared.has(rid))) {
    throw refused('a simulcast stream has no a=rid')
  }
  return rids
}

/** One stream: by its SSRC where the offer tells it, else by the MID in its packets. */
function plainEncoding(section: SdpSection): RtpEncodingParameters {
  const told = (value: string | undefined): number | null => {
    const ssrc = Number(/^\d{1,10}(?= |$)/.exec(value ?? '')?.[0])
    return Number.isInteger(ssrc) && ssrc <= 0xffff_ffff ? ssrc : null
  }
  const [, own, repair] =
    /^FID (\d{1,10}) (\d{1,10})$/.exec(
      values(section, 'ssrc-group').find((value) => value.startsWith('FID')) ?? '',
    ) ?? []
  const ssrc = told(own ?? values(section, 'ssrc')[0])
  if (ssrc === null) return {}
  const rtx = told(repair)
  return rtx === null ? { ssrc } : { ssrc, rtx: { ssrc: rtx } }
}

/** An encoder's ICE fragment, as `application/trickle-ice-sdpfrag` (RFC 8840). */
export interface IceFragment {
  readonly iceUfrag: string
}

const FRAGMENT_LINES_MAX = 200

/**
 * Reads what trickles. Candidates are not kept: our side is ICE-lite and learns the encoder's address from its checks.
 * @throws Fault `sdp_malformed`
 */
export function readIceFragment(text: string): IceFragment {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  if (lines.length > FRAGMENT_LINES_MAX || !lines.every((line) => /^[a-z]=/.test(line))) {
    throw new Fault('sdp_malformed', { detail: 'this is no ICE fragment' })
  }
  const value = (name: string) => lines.find((line) => line.startsWith(`a=${name}:`))?.slice(name.length + 3)
  const iceUfrag = value('ice-ufrag')
  if (!iceUfrag || !value('ice-pwd')) {
    throw new Fault('sdp_malformed', { detail: 'a=ice-ufrag and a=ice-pwd are needed' })
  }
  return { iceUfrag }
}
