import { readFileSync } from 'node:fs'
import { observer } from 'mediasoup'
import type { Worker } from 'mediasoup/types'
import { expect, test } from 'vitest'
import { testStage, until } from '../../test/stage.ts'
import type { RawRequest, RawResponse } from '../kernel/route.ts'
import { codecsOf } from './codecs.ts'
import { whepRoutes } from './index.ts'
import { parseSdp, type Sdp, type SdpSection, values } from './sdp.ts'

/** Players that know the draft alone: their own offer is answered, in the numbers that it has chosen. */

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const chromium = file('chromium-offer.sdp')
const OFFERS = {
  Chromium: { offer: chromium, vp8: 96, opus: 111 },
  Firefox: { offer: file('firefox-offer.sdp'), vp8: 120, opus: 109 },
  Safari: { offer: file('safari-offer.sdp'), vp8: 100, opus: 111 },
  'Safari 15': { offer: file('safari-15-offer.sdp'), vp8: 104, opus: 111 },
}
const SDP = { 'content-type': 'application/sdp' }
const FRAGMENT = { 'content-type': 'application/trickle-ice-sdpfrag' }
const IDLE_MS = 100
/** One for each of them, one for sound alone, and one more. */
const LAYOUTS_MAX = Object.keys(OFFERS).length + 2

const workers: Worker[] = []
observer.on('newworker', (worker) => workers.push(worker))
const world = await testStage({ viewerLayoutsMax: LAYOUTS_MAX, pipeIdleMs: IDLE_MS })
const routes = whepRoutes(world)
const { showId } = await world.onAir()

async function ask(
  method: RawRequest['params'][string],
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<RawResponse & { text: string }> {
  const [pathname = '', query] = path.split('?')
  const [, , show = '', sessionId] = pathname.split('/')
  const wanted = sessionId === undefined ? '/whep/:showId' : '/whep/:showId/:sessionId'
  const route = routes.find((one) => one.method === method && one.path === wanted)!
  const response = await route.handler({
    params: sessionId === undefined ? { showId: show } : { showId: show, sessionId },
    headers: new Map(Object.entries(headers)),
    body: Buffer.from(body),
    query: new URLSearchParams(query),
    ...{
      id: 'req_1',
      ip: '127.0.0.1',
      sessionToken: null,
      language: 'en',
      userAgent: '',
      deviceId: 'device',
    },
  })
  return { ...response, text: String(response.body ?? '') }
}

let people = 0
async function post(offer: string, query = '') {
  const authorization = `Bearer ${await world.ticket(showId, `per_${++people}`)}`
  const posted = await ask('POST', `/whep/${showId}${query}`, { ...SDP, authorization }, offer)
  return { ...posted, location: posted.headers?.Location ?? '', etag: posted.headers?.ETag ?? '' }
}
const code = ({ text }: { text: string }): unknown => JSON.parse(text).code

const sections = (text: string): Record<string, SdpSection> =>
  Object.fromEntries(parseSdp(text).sections.map((section) => [section.kind, section]))
const extensions = (section: SdpSection): string[] =>
  values(section, 'extmap').map((value) => value.replace(/\/\w+/, ''))
const routers = async (): Promise<number> => {
  const metric = world.deps.metrics.getSingleMetric('shelfcast_stage_routers')
  return (await metric!.get()).values[0]!.value
}
/** The offer with other numbers for VP8. */
const renumbered = (vp8: number): string => {
  const swap = (text: string) =>
    text.replace(/\b(96|\d+)\b/g, (n) => (n === '96' ? String(vp8) : n === String(vp8) ? '96' : n))
  return chromium
    .split('\r\n')
    .map((line) => (/^(m=video|a=(rtpmap|fmtp|rtcp-fb):)/.test(line) ? swap(line) : line))
    .join('\r\n')
}

test.each(Object.entries(OFFERS))(
  'the offer of %s is answered in its own numbers',
  async (_, { offer, vp8, opus }) => {
    const posted = await post(offer)
    expect(posted.status).toBe(201)
    expect(posted.headers).toMatchObject({
      'Content-Type': 'application/sdp',
      Location: expect.stringMatching(new RegExp(`^/whep/${showId}/[\\w-]{43}\\.nod_[0-9a-z]{24}$`)),
      ETag: expect.stringMatching(/^"[\w-]+"$/),
      'Accept-Patch': FRAGMENT['content-type'],
      Link: expect.stringContaining('rel="ice-server"'),
    })
    const answer: Sdp = parseSdp(posted.text)
    const offered = parseSdp(offer)
    expect(answer.sections.map(({ kind }) => kind)).toEqual(offered.sections.map(({ kind }) => kind))
    for (const [i, section] of answer.sections.entries()) {
      const theirs = offered.sections[i]!
      expect(section.payloadTypes).toEqual([section.kind === 'video' ? vp8 : opus])
      expect(values(section, 'mid')).toEqual(values(theirs, 'mid'))
      expect(values(section, 'setup')).toEqual(['passive'])
      expect(section.attributes.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          'sendonly',
          'rtcp-mux',
          'fingerprint',
          'ice-ufrag',
          'candidate',
          'msid',
          'ssrc',
        ]),
      )
      // What it did not offer under that very number, it would misread.
      expect(extensions(theirs)).toEqual(expect.arrayContaining(extensions(section)))
      expect(values(theirs, 'rtcp-fb')).toEqual(expect.arrayContaining(values(section, 'rtcp-fb')))
    }
    expect((await ask('DELETE', posted.location)).status).toBe(200)
    expect((await ask('DELETE', posted.location)).status).toBe(404)
  },
)

test('who asks for seats, or cannot be answered, gets a counter-offer', async () => {
  const unbundled = chromium.replace(/a=group:BUNDLE.*\r\n/, '')
  const readOnly = chromium.replaceAll(/a=(ice-ufrag|ice-pwd):.*\r\n/g, '')
  const twice = chromium.replaceAll('111', '96')
  expect((await post(chromium, '?seats=main')).status).toBe(406)
  for (const offer of [unbundled, readOnly, twice]) expect((await post(offer)).status).toBe(406)
})

test('sections beyond one picture and one sound are refused and keep their places', async () => {
  const data = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:9\r\n'
  const { status, text } = await post(`${chromium}${data}`)
  expect(status).toBe(201)
  expect(parseSdp(text).sections.map(({ kind, port }) => [kind, port])).toEqual([
    ['video', 9],
    ['audio', 9],
    ['application', 0],
  ])
  expect(text).toMatch(/^a=group:BUNDLE 0 1\r$/m)
})

test('a section that is only bundled has port 0 and is wanted all the same', async () => {
  const { status, text } = await post(
    chromium.replace('m=audio 9 ', 'm=audio 0 ').replace('a=mid:1', 'a=mid:1\r\na=bundle-only'),
  )
  expect([status, sections(text).audio!.port]).toEqual([201, 9])
})

test('who wants sound alone gets sound alone', async () => {
  const { status, text } = await post(chromium.replace('a=recvonly', 'a=inactive'))
  expect(status).toBe(201)
  expect(Object.entries(sections(text)).map(([kind, { port }]) => [kind, port])).toEqual([
    ['video', 0],
    ['audio', 9],
  ])
})

test('candidates are taken, ICE is restarted, and nothing else is negotiated', async () => {
  const { location, etag, text } = await post(chromium)
  const [, ufrag] = /^a=ice-ufrag:(\S+)/m.exec(chromium)!
  const own = `a=ice-ufrag:${ufrag}\r\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\r\n`
  const patch = (fragment: string, headers: Record<string, string>) =>
    ask('PATCH', location, { ...FRAGMENT, ...headers }, fragment)

  expect((await patch(own, { 'if-match': etag })).status).toBe(204)
  expect((await patch(own, {})).status).toBe(428)
  expect((await patch(own, { 'if-match': '"another"' })).status).toBe(412)
  expect((await patch('nonsense', { 'if-match': etag })).status).toBe(400)

  const restarted = await patch(own.replace(ufrag!, 'fresh'), { 'if-match': '*' })
  expect(restarted.status).toBe(200)
  expect(restarted.headers?.ETag).not.toBe(etag)
  expect(restarted.text).toMatch(/^a=ice-ufrag:/m)
  expect(/^a=ice-ufrag:.*/m.exec(restarted.text)![0]).not.toBe(/^a=ice-ufrag:.*/m.exec(text)![0])
  expect((await patch(own, { 'if-match': etag })).status).toBe(412)

  const answer = await ask('PATCH', location, SDP, file('chromium-answer.sdp'))
  expect(code(answer)).toBe('sdp_refused')
  const offered = await post(chromium, '?seats=main')
  expect((await ask('PATCH', offered.location, { ...FRAGMENT, 'if-match': offered.etag }, own)).status).toBe(
    415,
  )
})

test('players of one layout share a router, which closes when the last has left', async () => {
  const before = await until(async () => {
    const now = await routers()
    await new Promise((resolve) => setTimeout(resolve, 3 * IDLE_MS))
    return now === (await routers()) && now
  })
  const pair = [await post(renumbered(101)), await post(renumbered(101))]
  expect(pair.map(({ status }) => status)).toEqual([201, 201])
  expect(await routers()).toBe(before + 1)
  for (const { location } of pair) await ask('DELETE', location)
  await until(async () => (await routers()) === before)
})

test('no layout makes mediasoup number retransmission like a codec', async () => {
  const [worker] = workers
  for (const [vp8, h264] of [
    [96, 100],
    [100, 96],
    [101, 100],
    [100, 101],
    [120, 126],
    [127, 100],
  ] as const) {
    const codecs = codecsOf({ opus: 111, vp8, h264 })
    expect(codecs === null, `VP8 ${vp8}, H264 ${h264}`).toBe(vp8 + h264 === 201) // there no order keeps them apart
    if (codecs) (await worker!.createRouter({ mediaCodecs: codecs })).close()
  }
})

test('layouts and viewers that come at the same moment do not overfill', async () => {
  const own = await testStage({ viewerLayoutsMax: 1, viewersPerShowMax: 3 })
  const show = await own.onAir()
  const { payloadTypes } = sections(chromium).video!
  const numbers = payloadTypes.filter((number) => number > 96).slice(0, 5)
  const opened = await Promise.allSettled(
    numbers.map(async (number) =>
      own.stage.watch(show.showId, await own.ticket(show.showId, `per_${number}`), renumbered(number), null),
    ),
  )
  const viewers = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  expect(viewers.map(({ direct }) => direct).toSorted()).toEqual([false, false, true])
  expect(opened.filter(({ status }) => status === 'rejected')).toHaveLength(2) // past `viewersPerShowMax`
})

test('past `viewerLayoutsMax` the server makes the offer', async () => {
  const { payloadTypes } = sections(chromium).video!
  const numbers = payloadTypes.filter((number) => number > 96).slice(0, LAYOUTS_MAX + 3)
  const statuses: number[] = []
  for (const number of numbers) statuses.push((await post(renumbered(number))).status)
  expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(LAYOUTS_MAX)
  expect(statuses.at(-1)).toBe(406)
  expect(statuses).toContain(201)
})
