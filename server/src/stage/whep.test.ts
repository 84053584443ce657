import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testStage, until } from '../../test/stage.ts'
import type { RawRequest, RawResponse } from '../kernel/route.ts'
import { whepRoutes } from './index.ts'

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const offer = file('chromium-offer.sdp')
const answer = file('chromium-answer.sdp')

const world = await testStage()
const routes = whepRoutes(world)
const { showId, host } = await world.onAir()

/** What the edge would hand to the route of this method and path. */
async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<RawResponse> {
  const [, , show = '', sessionId, part] = path.split('/')
  const route = routes.find(
    (one) =>
      one.method === method &&
      one.path.includes(':sessionId') === (sessionId !== undefined) &&
      one.path.endsWith('/quality') === (part === 'quality'),
  )
  const request: RawRequest = {
    params: sessionId === undefined ? { showId: show } : { showId: show, sessionId },
    headers: new Map(Object.entries(headers)),
    body: Buffer.from(body),
    query: new URLSearchParams(method === 'POST' && sessionId === undefined ? 'seats=main' : ''),
    id: 'req_1',
    ip: '127.0.0.1',
    sessionToken: null,
    language: 'en',
    userAgent: '',
    deviceId: 'device',
  }
  return route!.handler(request)
}

const SDP = { 'content-type': 'application/sdp' }
const bearer = async (...ticket: Parameters<typeof world.ticket>) => ({
  ...SDP,
  authorization: `Bearer ${await world.ticket(...ticket)}`,
})
const post = async (personId: string) => {
  const {
    status,
    headers = {},
    body,
  } = await ask('POST', `/whep/${showId}`, await bearer(showId, personId), offer)
  return { status, headers, body: String(body), location: headers.Location!, etag: headers.ETag! }
}
const code = ({ body }: RawResponse): unknown => JSON.parse(String(body)).code

test('the whole exchange: offer, counter-offer, answer, end', async () => {
  const posted = await post('per_whole')
  expect(posted.status).toBe(406)
  expect(posted.location).toMatch(new RegExp(`^/whep/${showId}/[\\w-]{43}\\.nod_[0-9a-z]{24}$`))
  expect(posted.headers).toMatchObject({
    'Content-Type': 'application/sdp',
    ETag: expect.stringMatching(/^"[\w-]+"$/),
    Link: expect.stringMatching(
      /<turn:turn\.example\.com\?transport=udp>; rel="ice-server"; username="\d+:per_whole"/,
    ),
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': expect.stringContaining('Location'),
  })
  expect(posted.body).toMatch(/^v=0\r\n/)
  expect(posted.body.match(/^m=\w+/gm)).toEqual(['m=video', 'm=audio'])

  const patched = await ask('PATCH', posted.location, { ...SDP, 'if-match': posted.etag }, answer)
  expect(patched.status).toBe(204)
  expect(patched.headers?.ETag).not.toBe(posted.etag)

  expect((await ask('DELETE', posted.location)).status).toBe(200)
  expect(await ask('DELETE', posted.location)).toMatchObject({ status: 404 })
})

test.each([
  ['no ticket', async () => SDP],
  ['a forged ticket', async () => ({ ...SDP, authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' })],
  ["another show's ticket", () => bearer('shw_another')],
  ['a ticket for the room only', () => bearer(showId, 'per_1', 'room')],
])('%s is refused', async (_, headers) => {
  const refused = await ask('POST', `/whep/${showId}`, await headers(), offer)
  expect(refused.status).toBe(401)
  expect(code(refused)).toBe('ticket_invalid')
  expect(refused.headers).toMatchObject({ 'Access-Control-Allow-Origin': '*' }) // a page may read why
})

test('a viewer bounds the quality of their session, in words of the list', async () => {
  const { location } = await post('per_quality')
  const JSON_TYPE = { 'content-type': 'application/json' }
  const wish = (body: string, headers: Record<string, string> = JSON_TYPE, at = location) =>
    ask('POST', `${at}/quality`, headers, body)
  expect(await wish('{"quality":"saver"}')).toMatchObject({
    status: 204,
    headers: { 'Access-Control-Allow-Origin': '*' },
  })
  expect(await wish('{"quality":"sound"}')).toMatchObject({ status: 204 })
  expect(code(await wish('{"quality":"4k"}'))).toBe('invalid_input')
  expect(code(await wish('{'))).toBe('bad_json')
  expect(code(await wish('{"quality":"auto"}', SDP))).toBe('unsupported_media_type')
  expect(code(await wish('{"quality":"auto"}', JSON_TYPE, `/whep/${showId}/nobody`))).toBe('not_found')
  const preflight = await ask('OPTIONS', `${location}/quality`)
  expect(preflight.headers).toMatchObject({ 'Accept-Post': 'application/json' })
})

test('what is no session description, or not declared as one, is refused', async () => {
  const headers = await bearer(showId)
  expect(code(await ask('POST', `/whep/${showId}`, headers, 'v=1'))).toBe('sdp_malformed')
  const json = { ...headers, 'content-type': 'application/json' }
  expect(await ask('POST', `/whep/${showId}`, json, offer)).toMatchObject({ status: 415 })
  const withoutVp8 = offer.replaceAll('VP8/90000', 'VP7/90000').replaceAll('opus/48000/2', 'speex/8000')
  expect(code(await ask('POST', `/whep/${showId}`, headers, withoutVp8))).toBe('sdp_refused')
})

test('a show that sends nothing yet says when to ask again', async () => {
  const silent = await world.newShow()
  const refused = await ask('POST', `/whep/${silent}`, await bearer(silent), offer)
  expect(refused).toMatchObject({ status: 409, headers: { 'Retry-After': '1' } })
  expect(JSON.parse(String(refused.body))).toMatchObject({ code: 'media_not_ready', retry: true })
})

test('an unknown session is not found, and neither is one under another show', async () => {
  const { location } = await post('per_unknown')
  const elsewhere = location.replace(showId, 'shw_another')
  for (const path of [`/whep/${showId}/${'x'.repeat(43)}`, elsewhere]) {
    expect(await ask('PATCH', path, SDP, answer)).toMatchObject({ status: 404 })
    expect(await ask('DELETE', path)).toMatchObject({ status: 404 })
  }
})

test('an answer under an old ETag, in another format, malformed, or a second one is refused', async () => {
  const { location, etag } = await post('per_etag')
  expect(code(await ask('PATCH', location, { ...SDP, 'if-match': '"old"' }, answer))).toBe('etag_mismatch')
  const trickle = { 'content-type': 'application/trickle-ice-sdpfrag' }
  expect(await ask('PATCH', location, trickle, 'a=end-of-candidates')).toMatchObject({
    status: 415,
    headers: { 'Accept-Patch': 'application/sdp' },
  })
  expect(code(await ask('PATCH', location, SDP, offer))).toBe('sdp_refused')

  expect(await ask('PATCH', location, { ...SDP, 'if-match': '*' }, answer)).toMatchObject({ status: 204 })
  expect(code(await ask('PATCH', location, { ...SDP, 'if-match': etag }, answer))).toBe('etag_mismatch')
  expect(code(await ask('PATCH', location, SDP, answer))).toBe('sdp_refused')
})

test('a page of any origin may ask', async () => {
  expect(await ask('OPTIONS', `/whep/${showId}`)).toMatchObject({
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': expect.stringContaining('POST'),
      'Access-Control-Allow-Headers': expect.stringContaining('Authorization'),
    },
  })
  expect((await ask('OPTIONS', `/whep/${showId}/x`)).headers).toMatchObject({
    'Access-Control-Allow-Methods': expect.stringContaining('PATCH'),
    'Access-Control-Allow-Headers': expect.stringContaining('If-Match'),
  })
})

test("when the host's tracks end the session is gone", async () => {
  const { location } = await post('per_last')
  host.leave()
  await until(async () => (await ask('PATCH', location, SDP, answer)).status === 404)
})
