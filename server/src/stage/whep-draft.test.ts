import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { merchant, testApp } from '../../test/app.ts'
import { parseSdp, values } from './sdp.ts'

/** WHEP over HTTP, by the sections of draft-ietf-wish-whep-02: what it asks of a server. */

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const offer = file('chromium-offer.sdp')
const SDP = 'application/sdp'
const FRAGMENT = 'application/trickle-ice-sdpfrag'

const app = await testApp({
  ICE_SERVERS: 'stun:stun.example.com,turn:turn.example.com?transport=udp',
  TURN_SECRET: 'a-secret-shared-with-coturn',
})
const shop = await merchant(app)
const { stage, shows, tickets } = app.domains
const seat = { tenantId: shop.tenant.id, showId: shop.show.id, personId: shop.owner.id }
const { host } = await stage.join(seat, () => {})
await host.createTransport()
await host.produce('video', 'camera', JSON.parse(file('camera.json')))
await host.produce('audio', 'microphone', JSON.parse(file('microphone.json')))
await host.goLive()
afterAll(() => host.leave())

let people = 0
const ticketOf = (showId = shop.show.id) =>
  tickets.issue({
    ...{ right: 'media', tenantId: shop.tenant.id, showId, personId: `per_${++people}` },
    ...{ name: 'Viewer', guest: true, role: 'viewer' },
  })
const endpoint = `${app.url}/whep/${shop.show.id}`

async function post(body = offer, headers: Record<string, string> = {}, url = endpoint) {
  const authorization = `Bearer ${await ticketOf(url.split('/').at(-1))}`
  return fetch(url, { method: 'POST', headers: { authorization, 'content-type': SDP, ...headers }, body })
}
async function opened() {
  const response = await post()
  expect(response.status).toBe(201)
  return {
    at: app.url + response.headers.get('location'),
    etag: response.headers.get('etag') ?? '',
    answer: await response.text(),
    headers: response.headers,
  }
}
const patch = (at: string, body: string, headers: Record<string, string>) =>
  fetch(at, { method: 'PATCH', headers: { 'content-type': FRAGMENT, ...headers }, body })
const ufragOf = (sdp: string) => /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? ''
const own = ufragOf(offer)
const fragmentOf = (ufrag: string, candidate = 'a=candidate:1 1 UDP 2122317823 192.0.2.1 61764 typ host') =>
  `a=ice-ufrag:${ufrag}\r\na=ice-pwd:Zkx3qyJpPq9TxYhqoaGuZQ\r\nm=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n${candidate}\r\n`

test('4.1: endpoint and session have no representation: GET and HEAD are 204, errors are problem documents', async () => {
  const { at } = await opened()
  for (const url of [endpoint, at]) {
    for (const method of ['GET', 'HEAD']) expect((await fetch(url, { method })).status).toBe(204)
  }
  const refused = await post('hello')
  expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(await refused.json()).toMatchObject({ code: 'sdp_malformed', status: 400 })
})

test('4.2: an offer is answered by 201 with the answer as application/sdp and the session in Location', async () => {
  const { headers, at, answer } = await opened()
  expect(headers.get('content-type')).toBe(SDP)
  expect(at).toMatch(new RegExp(`/whep/${shop.show.id}/[\\w-]{43}\\.nod_[0-9a-z]{24}$`))
  expect(answer).toMatch(/^v=0\r\n/)
})

test.each([
  ['another content type', offer, { 'content-type': 'application/json' }, 415],
  ['no session description', 'hello', {}, 400],
  ['nothing', '', {}, 400],
])('4.2: %s is refused with a 4xx', async (_, body, headers, status) => {
  expect((await post(body, headers)).status).toBe(status)
})

test.each(['recvonly', 'sendrecv'])(
  '4.2: what the offer has as %s the answer has as sendonly',
  async (direction) => {
    const response = await post(offer.replaceAll('a=recvonly', `a=${direction}`))
    expect(response.status).toBe(201)
    const { sections } = parseSdp(await response.text())
    for (const { attributes } of sections) {
      const directions = attributes.filter(({ name }) =>
        /^(send|recv|sendrecv|sendonly|recvonly|inactive)$/.test(name),
      )
      expect(directions.map(({ name }) => name)).toEqual(['sendonly'])
    }
  },
)

test('4.2: an offer that would only send is not answered', async () => {
  const status = (await post(offer.replaceAll('a=recvonly', 'a=sendonly'))).status
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
})

test('4.2: without a live publishing it is 409, and Retry-After says when to ask again', async () => {
  const { id } = await shows.create(shop.tenant.id, { title: 'Later', scheduledAt: null, hostIds: [] })
  const response = await post(offer, {}, `${app.url}/whep/${id}`)
  expect(response.status).toBe(409)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('4.3: DELETE ends the session, whatever its entity tag; a second one is 404', async () => {
  const { at } = await opened()
  const remove = () => fetch(at, { method: 'DELETE', headers: { 'if-match': '"old"' } })
  expect((await remove()).status).toBe(200)
  expect((await remove()).status).toBe(404)
})

test('4.3: OPTIONS is open to pages of any origin, without a token, and says what is accepted', async () => {
  const { at } = await opened()
  const response = await fetch(endpoint, { method: 'OPTIONS' })
  expect(response.ok).toBe(true)
  expect(response.headers.get('accept-post')).toBe(SDP)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('access-control-allow-headers')).toMatch(/Authorization.*If-Match/)
  const session = await fetch(at, { method: 'OPTIONS' })
  expect(session.headers.get('access-control-allow-methods')).toMatch(/PATCH, DELETE/)
  expect(session.headers.get('accept-patch')).toContain(FRAGMENT)
})

test('4.4.1: PATCH of another content type, or malformed, is refused with a 4xx and leaves the session', async () => {
  const { at, etag } = await opened()
  expect((await patch(at, '{}', { 'content-type': 'application/json', 'if-match': etag })).status).toBe(415)
  expect((await patch(at, 'hello', { 'if-match': etag })).status).toBe(400)
  expect((await patch(at, fragmentOf(own), { 'if-match': etag })).status).toBe(204)
})

test('4.4.1: 201 carries a strong entity tag of its own; without it PATCH is 428, with another 412', async () => {
  const [one, other] = [await opened(), await opened()]
  expect(one.etag).toMatch(/^"[\w-]+"$/)
  expect(one.etag).not.toBe(other.etag)
  expect((await patch(one.at, fragmentOf(own), {})).status).toBe(428)
  expect((await patch(one.at, fragmentOf(own), { 'if-match': other.etag })).status).toBe(412)
})

test('4.4.2: the answer has all candidates of the server', async () => {
  const { answer } = await opened()
  for (const section of parseSdp(answer).sections) {
    const candidates = values(section, 'candidate')
    expect(candidates.some((one) => / udp /i.test(one))).toBe(true)
    expect(candidates.some((one) => / tcp .*tcptype passive/i.test(one))).toBe(true)
    expect(section.attributes.map(({ name }) => name)).toContain('end-of-candidates')
  }
})

test.each([
  ['of UDP', undefined],
  ['of a transport that nobody has', 'a=candidate:1 1 SCTP 2122317823 192.0.2.1 61764 typ host'],
  ['whose name nobody resolves', 'a=candidate:1 1 UDP 2122317823 nowhere.invalid 61764 typ host'],
])('4.4.2: a candidate %s is 204 without an entity tag', async (_, candidate) => {
  const { at, etag } = await opened()
  const response = await patch(at, fragmentOf(own, candidate), { 'if-match': etag })
  expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([204, null, ''])
})

test('4.4.3: an ICE restart is 200 with new credentials, candidates and entity tag, and the same ice-lite', async () => {
  const { at, etag, answer } = await opened()
  const response = await patch(at, fragmentOf('next'), { 'if-match': '*' })
  const fragment = await response.text()
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe(FRAGMENT)
  expect(response.headers.get('etag')).toMatch(/^"[\w-]+"$/)
  expect(response.headers.get('etag')).not.toBe(etag)
  expect(ufragOf(fragment)).not.toBe(ufragOf(answer))
  expect(fragment).toMatch(/^a=ice-pwd:\S{22,}/m)
  expect(fragment).toMatch(/^a=candidate:/m)
  for (const name of ['ice-lite', 'ice-options', 'ice-pacing']) {
    expect([name, fragment.includes(`a=${name}`)]).toEqual([name, answer.includes(`a=${name}`)])
  }
  expect((await patch(at, fragmentOf('next'), { 'if-match': etag })).status).toBe(412)
})

test('4.4.3: a restart that cannot be done leaves the session as it is', async () => {
  const { at, etag } = await opened()
  const nameless = 'a=ice-ufrag:next\r\nm=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n'
  expect((await patch(at, nameless, { 'if-match': '*' })).status).toBe(400)
  expect((await patch(at, fragmentOf(own), { 'if-match': etag })).status).toBe(204)
})

test('4.5.1: all sections are in one bundle on one transport, with RTP and RTCP multiplexed alone', async () => {
  const { answer } = await opened()
  const { sections } = parseSdp(answer)
  expect(answer.match(/^a=group:BUNDLE (.*)\r$/m)?.[1]).toBe(
    sections.map((section) => values(section, 'mid')[0]).join(' '),
  )
  expect(new Set(sections.flatMap((section) => values(section, 'ice-ufrag'))).size).toBe(1)
  for (const { attributes } of sections) {
    const names = attributes.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['rtcp-mux', 'rtcp-mux-only']))
  }
})

test('4.5.2: one MediaStream with one track a kind', async () => {
  const { sections } = parseSdp((await opened()).answer)
  expect(sections.map(({ kind }) => kind).toSorted()).toEqual(['audio', 'video'])
  const streams = sections.map((section) => values(section, 'msid'))
  expect(streams.every((named) => named.length === 1)).toBe(true)
  // The draft's example names stream and track alike in all sections, which Chromium refuses as a duplicate.
  expect(new Set(streams.flat().map((named) => named.split(' ')[0])).size).toBe(1)
  expect(new Set(streams.flat()).size).toBe(2)
})

test('4.7: the ICE servers stand in Link headers, with credentials that expire', async () => {
  const { headers } = await opened()
  const links = headers.get('link') ?? ''
  expect(links).toContain('<stun:stun.example.com>; rel="ice-server"')
  expect(links).toMatch(
    /<turn:turn\.example\.com\?transport=udp>; rel="ice-server"; username="\d+:per_\d+"; credential="[^"]+"; credential-type="password"/,
  )
})

test.each([
  ['none', () => ''],
  ['an unknown one', () => 'Bearer nobody'],
  ["another show's", async () => `Bearer ${await ticketOf('shw_another')}`],
])('4.8: with a bearer token it opens, with %s it is 401 with a challenge', async (_, token) => {
  const response = await post(offer, { authorization: await token() })
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
})

test('4.9: no extension is asked of a player', async () => {
  expect((await opened()).headers.get('link')).not.toContain('urn:ietf:params:whep:ext')
})
