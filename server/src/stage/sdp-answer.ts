import { randomInt } from 'node:crypto'
import type { IceCandidate, IceParameters } from 'mediasoup/types'
import type { HostMedia, HostOffer } from './sdp-host.ts'
import { candidateLines, codecLines, iceLines, type OfferedTransport, transportLines } from './sdp-offer.ts'

/** The answer to an encoder's offer: every section is received, on one ICE-lite transport with all its candidates. */
export function buildAnswer(offer: HostOffer, transport: OfferedTransport): string {
  return sdpText([
    'v=0',
    `o=- ${randomInt(2 ** 47)} 1 IN IP4 0.0.0.0`,
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${offer.media.map(({ mid }) => mid).join(' ')}`,
    ...offer.media.flatMap((media) => section(offer, transport, media)),
  ])
}

function section(offer: HostOffer, transport: OfferedTransport, media: HostMedia): string[] {
  const { codecs, headerExtensions = [] } = media.rtpParameters
  return [
    `m=${media.kind} 9 UDP/TLS/RTP/SAVPF ${codecs.map(({ payloadType }) => payloadType).join(' ')}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${media.mid}`,
    'a=recvonly',
    'a=rtcp-mux',
    'a=rtcp-mux-only', // RFC 8858
    'a=rtcp-rsize',
    ...transportLines(transport, offer.setup),
    ...codecs.flatMap((codec) => codecLines(media.kind, codec)),
    ...headerExtensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    ...media.rids.map((rid) => `a=rid:${rid} recv`),
    ...(media.rids.length > 0 ? [`a=simulcast:recv ${media.rids.join(';')}`] : []),
  ]
}

/** Our side after an ICE restart (RFC 8840, section 9): new credentials, the same candidates. */
export function buildIceFragment(
  mid: string,
  iceParameters: IceParameters,
  candidates: readonly IceCandidate[],
): string {
  return sdpText([
    'a=ice-lite',
    ...iceLines(iceParameters),
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    `a=mid:${mid}`,
    ...candidateLines(candidates),
  ])
}

const sdpText = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`
