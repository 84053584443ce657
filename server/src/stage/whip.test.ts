import { readFileSync } from 'node:fs'
import { beforeEach, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'
import { readHostOffer } from './sdp-host.ts'

/** WHIP over HTTP, by the sections of RFC 9725. */

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const offer = file('encoder-offer.sdp')
const app = await testApp({
  ICE_SERVERS: 'stun:stun.example.com,turn:turn.example.com?transport=udp',
  TURN_SECRET: 'a-secret-shared-with-coturn',
})
const shop = await merchant(app)
const { stage, whip } = app.domains
const SDP = 'application/sdp'
const FRAGMENT = 'application/trickle-ice-sdpfrag'
const fragmentOf = (ufrag: string) =>
  `a=ice-ufrag:${ufrag}\r\na=ice-pwd:Zkx3qyJpPq9TxYhqoaGuZQ\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n` +
  'a=candidate:1 1 UDP 2122317823 192.0.2.1 61764 typ host\r\n'
let key: string

const keyOf = async (person: { call: typeof shop.owner.call }) =>
  ((await (await person.call('PUT', `/tenants/${shop.tenant.id}/stream-key`)).json()) as { key: string }).key

beforeEach(async () => {
  key = await keyOf(shop.owner) // which also ends the session of the test before
})

const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  fetch(app.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(body === undefined ? {} : { body }),
  })
const post = (sdp = offer, path = `/whip/${shop.show.id}`) => ask('POST', path, { 'content-type': SDP }, sdp)
const patch = (at: string, body: string, headers: Record<string, string>) =>
  ask('PATCH', at, { 'content-type': FRAGMENT, ...headers }, body)
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
]
/** The offer, with each section in a MediaStream of its own naming. */
function inStreams(...ids: string[]): string {
  const [head, ...sections] = offer.replace(/^a=msid:.*\n/gm, '').split(/^(?=m=)/m)
  return [head, ...sections.map((one, n) => `${one}a=msid:${ids[n]} track${n}\n`)].join('')
}
const opened = async () => {
  const response = await post()
  expect(response.status).toBe(201)
  return { at: response.headers.get('location') ?? '', etag: response.headers.get('etag') ?? '' }
}

test('4.2: an offer is answered by 201 with the answer, the session in Location and an ETag', async () => {
  const response = await post()
  expect(response.status).toBe(201)
  expect(response.headers.get('content-type')).toBe(SDP)
  expect(response.headers.get('location')).toMatch(
    new RegExp(`^/whip/${shop.show.id}/[\\w-]{43}\\.nod_[0-9a-z]{24}$`),
  )
  expect(response.headers.get('etag')).toMatch(/^"[\w-]+"$/)
  expect(response.headers.get('access-control-expose-headers')).toMatch(/Location, ETag, Link/)
  const answer = await response.text()
  expect(answer.match(/^m=.*$/gm)).toEqual([
    expect.stringMatching(/^m=audio 9 UDP\/TLS\/RTP\/SAVPF 111/),
    expect.stringMatching(/^m=video 9 UDP\/TLS\/RTP\/SAVPF 96 97/),
  ])
  expect(answer.match(/^a=recvonly/gm)).toHaveLength(2)
  expect(answer).toMatch(/^a=rtcp-fb:96 nack pli\r$/m)
  expect(answer).toMatch(/^a=candidate:.* typ host/m)
  expect(answer.match(/^a=rtcp-mux-only/gm)).toHaveLength(2) // 4.4.1
})

test('4.2: the key alone finds the show of its host', async () => {
  const response = await post(offer, '/whip')
  expect(response.headers.get('location')).toContain(`/whip/${shop.show.id}/`)
})

test('4.2: another content type is 415, what is no session description 400', async () => {
  const json = await ask('POST', `/whip/${shop.show.id}`, { 'content-type': 'application/json' }, '{}')
  expect(await codeOf(json)).toEqual([415, 'unsupported_media_type'])
  expect(await codeOf(await post('hello'))).toEqual([400, 'sdp_malformed'])
  expect(await codeOf(await post(''))).toEqual([400, 'sdp_malformed'])
})

test('4.2: DELETE ends the session and frees the seat; a second one is 404', async () => {
  const { at } = await opened()
  expect((await ask('DELETE', at)).status).toBe(200)
  expect(await codeOf(await ask('DELETE', at))).toEqual([404, 'not_found'])
  expect(whip.size).toBe(0)
})

test('4.3.1: DELETE looks at no ETag', async () => {
  const { at } = await opened()
  expect((await ask('DELETE', at, { 'if-match': '"old"' })).status).toBe(200)
})

test.each([
  ['GET', 204],
  ['HEAD', 204],
  ['PUT', 405],
])(
  '4.1: %s is %i at the endpoint and at the session, which have no representation',
  async (method, status) => {
    const { at } = await opened()
    for (const path of ['/whip', `/whip/${shop.show.id}`, at]) {
      expect([path, (await ask(method, path)).status]).toEqual([path, status])
    }
  },
)

test('4.2: OPTIONS is open to pages of any origin and says what is accepted', async () => {
  const endpoint = await fetch(`${app.url}/whip/${shop.show.id}`, { method: 'OPTIONS' })
  expect(endpoint.ok).toBe(true)
  expect(endpoint.headers.get('accept-post')).toBe(SDP)
  expect(endpoint.headers.get('access-control-allow-origin')).toBe('*')
  expect(endpoint.headers.get('access-control-allow-headers')).toMatch(/Authorization.*If-Match/)
  const session = await fetch(`${app.url}/whip/${shop.show.id}/x`, { method: 'OPTIONS' })
  expect(session.headers.get('access-control-allow-methods')).toMatch(/PATCH, DELETE/)
  expect(session.headers.get('accept-patch')).toBe(FRAGMENT)
})

test('4.3.1: PATCH of another content type is 415 and says what is accepted', async () => {
  const { at, etag } = await opened()
  const response = await patch(at, offer, { 'content-type': SDP, 'if-match': etag })
  expect(response.headers.get('accept-patch')).toBe(FRAGMENT)
  expect(await codeOf(response)).toEqual([415, 'unsupported_media_type'])
})

test('4.3.1: PATCH without If-Match is 428, under an old ETag 412, malformed 400', async () => {
  const { at, etag } = await opened()
  const trickle = fragmentOf('u3TS')
  expect(await codeOf(await patch(at, trickle, {}))).toEqual([428, 'etag_needed'])
  expect(await codeOf(await patch(at, trickle, { 'if-match': '"old"' }))).toEqual([412, 'etag_mismatch'])
  expect(await codeOf(await patch(at, 'hello', { 'if-match': etag }))).toEqual([400, 'sdp_malformed'])
  const noCredentials = await patch(at, 'a=end-of-candidates\r\n', { 'if-match': etag })
  expect(await codeOf(noCredentials)).toEqual([400, 'sdp_malformed'])
})

test('4.3.2: trickled candidates are 204 without an ETag, which stays as it is', async () => {
  const { at, etag } = await opened()
  for (let i = 0; i < 2; i++) {
    const response = await patch(at, fragmentOf('u3TS'), { 'if-match': etag })
    expect([response.status, response.headers.get('etag')]).toEqual([204, null])
  }
})

test('4.3.2: candidates that are not supported are discarded, and do no harm', async () => {
  const { at, etag } = await opened()
  const odd = [
    'a=candidate:1 1 UDP 2122317823 5f2a9c31.local 61764 typ host',
    'a=candidate:2 1 TCP 1518280447 2001:db8::1 9 typ host tcptype active',
    'a=candidate:3 1 DCCP 1 192.0.2.1 9 typ novel raddr 0.0.0.0 rport 0 generation 0',
    'a=candidate:',
    'a=end-of-candidates',
  ]
  const trickled = `${fragmentOf('u3TS')}${odd.join('\r\n')}\r\n`
  expect((await patch(at, trickled, { 'if-match': etag })).status).toBe(204)
})

test('4.3.2: the answer has every candidate, and says so', async () => {
  const answer = await (await post()).text()
  for (const section of answer.split(/^m=/m).slice(1)) {
    expect(section.match(/^a=candidate:.*$/gm)?.map((line) => line.split(' ')[2])).toEqual(['udp', 'tcp'])
    expect(section.match(/^a=end-of-candidates\r$/gm)).toHaveLength(1)
  }
})

test('4.3.3: an ICE restart is 200 with our new credentials and a new ETag; the old one is worth nothing', async () => {
  const { at, etag } = await opened()
  const response = await patch(at, fragmentOf('next'), { 'if-match': '*' })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe(FRAGMENT)
  const fresh = response.headers.get('etag') ?? ''
  expect(fresh).not.toBe(etag)
  const body = await response.text()
  expect(body).toMatch(/^a=ice-ufrag:\S+\r$/m)
  expect(body).toMatch(/^a=candidate:/m)
  expect((await patch(at, fragmentOf('next'), { 'if-match': etag })).status).toBe(412)
  expect((await patch(at, fragmentOf('next'), { 'if-match': fresh })).status).toBe(204)
})

test('4.3.3: a restart names no ETag, and a refused one leaves the session', async () => {
  const { at, etag } = await opened()
  const refused = await patch(at, fragmentOf('next'), { 'if-match': etag })
  expect([refused.status, refused.headers.get('etag')]).toEqual([412, null])
  expect((await patch(at, 'a=ice-ufrag:next\r\n', { 'if-match': '*' })).status).toBe(400)
  // The ICE session is the one that it was: its credentials trickle on, under the same ETag.
  expect((await patch(at, fragmentOf('u3TS'), { 'if-match': etag })).status).toBe(204)
  expect((await patch(at, fragmentOf('u3TS'), { 'if-match': '*' })).status).toBe(204)
})

test('4.2: sendrecv is taken as well, and answered by recvonly', async () => {
  const response = await post(offer.replaceAll('a=sendonly', 'a=sendrecv'))
  expect(response.status).toBe(201)
  expect((await response.text()).match(/^a=(send|recv|inactive)\w*/gm)).toEqual(['a=recvonly', 'a=recvonly'])
})

test('4.4.2: sections of one MediaStream are taken, of none as well', async () => {
  expect((await post(inStreams('show', 'show'))).status).toBe(201)
  expect((await post(inStreams('-', 'show'))).status).toBe(201)
  expect((await post(inStreams('-', '-'))).status).toBe(201)
})

test.each([
  ['4.4.1: sections outside the BUNDLE', offer.replace('BUNDLE 0 1', 'BUNDLE 0')],
  ['4.4.1: no rtcp-mux', offer.replace('a=rtcp-mux\n', '')],
  [
    '4.4.2: two video sections',
    `${offer}${offer.slice(offer.indexOf('m=video')).replace('mid:1', 'mid:2')}`.replace(
      'BUNDLE 0 1',
      'BUNDLE 0 1 2',
    ),
  ],
  ['4.4.2: sections of two MediaStreams', inStreams('one', 'other')],
  ['4.4.3: a codec that is not taken', offer.replace('H264/90000', 'AV1/90000')],
  ['4.4.3: H264 of another profile', offer.replace('42e01f', '640032')],
  [
    '4.4.3: a section of another kind',
    `${offer}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\na=rtcp-mux\n`.replace(
      'BUNDLE 0 1',
      'BUNDLE 0 1 2',
    ),
  ],
  ['4.4.3: a section that does not send', offer.replace('a=sendonly', 'a=recvonly')],
  ['4.4.4: no a=setup', offer.replace('a=setup:actpass\n', '')],
  ['no fingerprint', offer.replace(/a=fingerprint.*\n/, '')],
  ['no ICE credentials', offer.replace(/a=ice-pwd.*\n/, '')],
])('%s: 422, whole, with the stage untouched', async (_, sdp) => {
  expect(await codeOf(await post(sdp))).toEqual([422, 'sdp_refused'])
  expect(whip.size).toBe(0)
})

test.each([
  ['actpass', 'passive'],
  ['active', 'passive'],
  ['passive', 'active'],
])('4.4.4: a=setup:%s is answered by %s', async (offered, answered) => {
  const answer = await (await post(offer.replace('setup:actpass', `setup:${offered}`))).text()
  expect(answer.match(/^a=setup:\S+/gm)).toEqual([`a=setup:${answered}`, `a=setup:${answered}`])
})

test('4.9: no extension is needed, and none is offered', async () => {
  const response = await post(offer.replace(/^a=extmap.*\n/gm, ''))
  expect(response.status).toBe(201)
  expect(response.headers.get('link')).not.toContain('urn:ietf:params:whip:ext')
})

test('4.6: the ICE servers stand in Link headers, with credentials that expire', async () => {
  const link = (await post()).headers.get('link')
  expect(link).toContain('<stun:stun.example.com>; rel="ice-server"')
  expect(link).toMatch(/<turn:turn.*>; rel="ice-server"; username="\d+:per_\w+"; credential=/)
})

test('4.7: no key, an unknown one or a replaced one is 401 with a challenge', async () => {
  const { at, etag } = await opened()
  const old = key
  key = 'sk_of_nobody'
  for (const response of [
    await post(),
    await ask('DELETE', at),
    await patch(at, fragmentOf('u3TS'), { 'if-match': etag }),
    await ask('POST', '/whip', { authorization: 'Basic eDp5', 'content-type': SDP }, offer),
  ]) {
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await codeOf(response)).toEqual([401, 'stream_key_invalid'])
  }
  expect(whip.size).toBe(1)
  await keyOf(shop.owner)
  expect(whip.size).toBe(0) // the replaced key's session ended with it
  key = old
  expect((await post()).status).toBe(401)
})

const simulcast = (rids: string[]): string =>
  offer.replace(/a=ssrc(-group)?:(FID )?15234623?42.*\n|a=ssrc:1523462343.*\n/g, '') +
  rids.map((rid) => `a=rid:${rid} send\n`).join('') +
  `a=simulcast:send ${rids.join(';')}\n`

test('4.8: simulcast is answered stream by stream; more than three are refused', async () => {
  const answer = await (await post(simulcast(['q', 'h', 'f']))).text()
  expect(answer.match(/^a=rid:\w+ recv/gm)).toEqual(['a=rid:q recv', 'a=rid:h recv', 'a=rid:f recv'])
  expect(answer).toMatch(/^a=simulcast:recv q;h;f\r$/m)
  expect((await post(simulcast(['a', 'b', 'c', 'd']))).status).toBe(422)
})

test('4.8: of a simulcast stream viewers get every temporal layer that browsers send', () => {
  const encodings = (sdp: string) =>
    readHostOffer(sdp).media.find(({ kind }) => kind === 'video')?.rtpParameters.encodings
  const [scalabilityMode, ...rids] = ['L1T3', 'q', 'h']
  expect(encodings(simulcast(rids))).toEqual(rids.map((rid) => ({ rid, scalabilityMode })))
  expect(encodings(simulcast(['f']))).toEqual([{ rid: 'f' }])
})

test('4.4.1: with max-bundle, port 0 is no refusal', async () => {
  const bundled = offer.replace('m=video 9', 'm=video 0')
  expect((await post(bundled)).status).toBe(422)
  expect((await post(bundled.replace('a=mid:1', 'a=mid:1\na=bundle-only'))).status).toBe(201)
})

test('VP8 is taken as well', async () => {
  const vp8 = offer.replace('H264/90000', 'VP8/90000').replace(/a=fmtp:96.*\n/, '')
  expect((await post(vp8)).status).toBe(201)
})

test('too large an offer is 413', async () => {
  expect((await post(offer + 'a=x\n'.repeat(stage.limits.offerBytesMax / 4))).status).toBe(413)
})

test("another shop's show is 404, and so is a session under another show", async () => {
  const other = await merchant(app)
  expect(await codeOf(await post(offer, `/whip/${other.show.id}`))).toEqual([404, 'not_found'])
  const { at } = await opened()
  expect((await ask('DELETE', at.replace(shop.show.id, other.show.id))).status).toBe(404)
})

test('a host of no show is told so; a moderator has no key', async () => {
  const host = await signedUp(app, 'Host')
  await app.domains.accounts.tenants.putMember(shop.tenant.id, host.id, 'host')
  key = await keyOf(host)
  expect(await codeOf(await post(offer, '/whip'))).toEqual([404, 'no_current_show'])
  expect(await codeOf(await post())).toEqual([403, 'scope_missing'])
})

test('the seat: a studio window on air is asked for first, an encoder that comes back takes its own', async () => {
  const who = {
    tenantId: shop.tenant.id,
    showId: shop.show.id,
    personId: shop.owner.id,
    windowId: 'a window',
  }
  const left: string[] = []
  const { host } = await stage.join(who, (reason) => left.push(reason))
  await host.createTransport()
  await host.produce('video', 'camera', JSON.parse(file('camera.json')))
  await host.goLive()
  expect(await codeOf(await post())).toEqual([409, 'host_elsewhere'])
  expect(left).toEqual([])
  expect((await post(offer, `/whip/${shop.show.id}?takeOver=true`)).status).toBe(201)
  expect(left).toEqual(['encoder'])
  expect((await post()).status).toBe(201)
  expect(whip.size).toBe(1)
})

test('a key is told once, kept as a hash, and can be taken back', async () => {
  const path = `/tenants/${shop.tenant.id}/stream-key`
  const facts = await (await shop.owner.call('GET', path)).json()
  expect(facts).toEqual({
    url: `${app.config.publicUrl}/whip`,
    key: { createdAt: expect.any(Number), lastUsedAt: null },
  })
  const [row] = await app.domains.db.sql`select * from stream_keys where person_id = ${shop.owner.id}`
  expect(JSON.stringify(row)).not.toContain(key)
  expect((await shop.owner.call('DELETE', path)).status).toBe(204)
  expect((await post()).status).toBe(401)
  expect(await (await shop.owner.call('GET', path)).json()).toMatchObject({ key: null })
})

test('4.5: a server without room says 503, and when to come again', async () => {
  const full = await testApp({}, { showsPerWorkerMax: 0 })
  const { owner, tenant, show } = await merchant(full)
  const made = await owner.call('PUT', `/tenants/${tenant.id}/stream-key`)
  const { key: own } = (await made.json()) as { key: string }
  const response = await fetch(`${full.url}/whip/${show.id}`, {
    ...{ method: 'POST', body: offer },
    headers: { authorization: `Bearer ${own}`, 'content-type': SDP },
  })
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  expect(response.headers.get('access-control-expose-headers')).toContain('Retry-After')
})
