import { readFileSync } from 'node:fs'
import { getSupportedRtpCapabilities } from 'mediasoup'
import type { RtpCapabilities } from 'mediasoup/types'
import { expect, test } from 'vitest'
import { attribute, parseSdp } from './sdp.ts'
import { readIceFragment } from './sdp-host.ts'
import { buildOffer, type OfferedMedia, type OfferedTransport } from './sdp-offer.ts'
import { readViewerAnswer, readViewerOffer, viewerCapabilities } from './sdp-viewer.ts'

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const recorded: { transport: OfferedTransport; media: OfferedMedia[] } = JSON.parse(file('consumers.json'))
const chromiumOffer = file('chromium-offer.sdp')
const chromiumAnswer = file('chromium-answer.sdp')
const router: RtpCapabilities = {
  codecs: [
    { kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48_000, channels: 2 },
    { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 101, clockRate: 90_000 },
    { kind: 'video', mimeType: 'video/rtx', preferredPayloadType: 102, clockRate: 90_000 },
    { kind: 'video', mimeType: 'video/H264', preferredPayloadType: 103, clockRate: 90_000 },
  ],
  headerExtensions: getSupportedRtpCapabilities().headerExtensions ?? [],
}
const codecs = (offer: string): string[] =>
  (viewerCapabilities(router, readViewerOffer(offer)).codecs ?? []).map(({ mimeType }) => mimeType)

test('bounds: 32 sections, 4000 lines', () => {
  const sections = (count: number) => `v=0\n${'m=audio 9 UDP/TLS/RTP/SAVPF 0\n'.repeat(count)}`
  expect(parseSdp(sections(32)).sections).toHaveLength(32)
  expect(() => parseSdp(sections(33))).toThrow(expect.objectContaining({ code: 'sdp_malformed' }))
  const lines = (count: number) => `${sections(1)}${'a=x\n'.repeat(count - 2)}`
  expect(parseSdp(lines(4000)).sections[0]?.attributes).toHaveLength(3998)
  expect(() => parseSdp(lines(4001))).toThrow(expect.objectContaining({ code: 'sdp_malformed' }))
})

test('bounds: 200 lines of an ICE fragment', () => {
  const fragment = (count: number) => `a=ice-ufrag:u\na=ice-pwd:p\n${'a=candidate:1\n'.repeat(count - 2)}`
  expect(readIceFragment(fragment(200))).toEqual({ iceUfrag: 'u' })
  expect(() => readIceFragment(fragment(201))).toThrow(expect.objectContaining({ code: 'sdp_malformed' }))
})

test('the offer for recorded consumers is as recorded', async () => {
  await expect(buildOffer(1, 1, recorded.transport, recorded.media)).toMatchFileSnapshot(
    './fixtures/server-offer.sdp',
  )
})

test('the offer reads back as one bundle of sendonly sections on an ICE-lite transport', () => {
  const sdp = parseSdp(buildOffer(1, 1, recorded.transport, recorded.media))
  expect(sdp.attributes).toEqual(
    expect.arrayContaining([
      { name: 'ice-lite', value: '' },
      { name: 'group', value: 'BUNDLE 0 1' },
    ]),
  )
  expect(sdp.sections.map(({ kind, payloadTypes }) => ({ kind, payloadTypes }))).toEqual([
    { kind: 'video', payloadTypes: [101, 102] },
    { kind: 'audio', payloadTypes: [100] },
  ])
  for (const section of sdp.sections) {
    expect(attribute(sdp, section, 'setup')).toBe('actpass')
    expect(attribute(sdp, section, 'sendonly')).toBe('')
    expect(attribute(sdp, section, 'ice-pwd')).toBe(recorded.transport.iceParameters.password)
    expect(section.attributes.filter(({ name }) => name === 'candidate')).toHaveLength(2)
  }
})

test('Chromium can receive all that a show may send, and its header extensions are kept', () => {
  expect(codecs(chromiumOffer)).toEqual(['audio/opus', 'video/VP8', 'video/rtx', 'video/H264'])
  const { headerExtensions = [] } = viewerCapabilities(router, readViewerOffer(chromiumOffer))
  expect(headerExtensions).toContainEqual(
    expect.objectContaining({ kind: 'video', uri: expect.stringContaining('transport-wide-cc') }),
  )
  expect(headerExtensions.map(({ uri }) => uri)).not.toContain('urn:mediasoup:params:rtp-hdrext:packet-id')
})

test('what a viewer cannot decode is not offered to it', () => {
  expect(codecs(chromiumOffer.replaceAll(' H264/90000', ' NONE/90000'))).not.toContain('video/H264')
  expect(codecs(chromiumOffer.replaceAll('packetization-mode=1', 'packetization-mode=0'))).not.toContain(
    'video/H264',
  )
  expect(codecs(chromiumOffer.replaceAll(' rtx/90000', ' NONE/90000'))).not.toContain('video/rtx')
  expect(codecs(chromiumOffer.slice(0, chromiumOffer.indexOf('m=audio')))).not.toContain('audio/opus')
})

test("Chromium's answer tells its fingerprint and that it starts DTLS", () => {
  const { dtlsParameters, accepted } = readViewerAnswer(chromiumAnswer, ['0', '1'])
  expect(dtlsParameters.role).toBe('client')
  expect(dtlsParameters.fingerprints).toEqual([
    { algorithm: 'sha-256', value: /fingerprint:sha-256 (\S+)/.exec(chromiumAnswer)![1] },
  ])
  expect([...accepted]).toEqual(['0', '1'])
})

test('a section refused in the answer is not accepted', () => {
  const { accepted } = readViewerAnswer(chromiumAnswer.replace('m=video 9 ', 'm=video 0 '), ['0', '1'])
  expect([...accepted]).toEqual(['1'])
})

test.each([
  ['nothing', ''],
  ['HTML', '<!doctype html>'],
  ['no sections', 'v=0\r\ns=-\r\n'],
  ['a malformed media line', 'v=0\r\nm=video\r\n'],
  ['a line without a type', 'v=0\r\nhello\r\n'],
  ['too many sections', `v=0\r\n${'m=video 9 RTP/SAVPF 96\r\n'.repeat(33)}`],
])('%s is no offer', (_, text) => {
  expect(() => readViewerOffer(text)).toThrowError(expect.objectContaining({ code: 'sdp_malformed' }))
})

test.each([
  ['neither audio nor video', 'v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n'],
  ['only what it sends itself', chromiumOffer.replaceAll('a=recvonly', 'a=sendonly')],
])('an offer with %s is refused', (_, text) => {
  expect(() => readViewerOffer(text)).toThrowError(expect.objectContaining({ code: 'sdp_refused' }))
})

test.each([
  ['fewer sections than were offered', chromiumAnswer.slice(0, chromiumAnswer.indexOf('m=audio'))],
  ['all sections refused', chromiumAnswer.replaceAll(/m=(\w+) 9 /g, 'm=$1 0 ')],
  ['no fingerprint', chromiumAnswer.replaceAll(/a=fingerprint.*\r\n/g, '')],
  ['a made-up hash', chromiumAnswer.replaceAll('sha-256', 'md5')],
  ['actpass, which only an offer may say', chromiumAnswer.replaceAll('setup:active', 'setup:actpass')],
])('an answer with %s is refused', (_, text) => {
  expect(() => readViewerAnswer(text, ['0', '1'])).toThrowError(
    expect.objectContaining({ code: 'sdp_refused' }),
  )
})
