import { readFileSync } from 'node:fs'
import { observer } from 'mediasoup'
import type { WebRtcServer } from 'mediasoup/types'
import { expect, test } from 'vitest'
import { merchant, testApp } from '../../test/app.ts'
import { numbers } from '../../test/mutate.ts'
import { mutatedSdp } from '../../test/sdp-mutations.ts'
import { until } from '../../test/stage.ts'

/**
 * Broken and hostile bodies over HTTP, on a real media worker: offers of encoders and players, answers, ICE fragments and
 * renewals. `npm run fuzz -- sdp` does this with many more seeds; a seed does the same with each run.
 */

const SEEDS = Number(process.env.FUZZ_SEEDS ?? 240)
const FIRST_SEED = Number(process.env.FUZZ_FIRST ?? 1)
const LANES = 4
const SEED_MS_MAX = 250

const servers: WebRtcServer[] = []
let workers = 0
observer.on('newworker', (worker) => {
  workers += 1
  worker.observer.on('newwebrtcserver', (server) => servers.push(server))
})

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const ENCODER = file('encoder-offer.sdp')
const PLAYERS = ['chromium', 'firefox', 'safari', 'safari-15'].map((name) => file(`${name}-offer.sdp`))
/** Of the encoder's offer. */
const UFRAG = 'u3TS'
const FRAGMENT =
  `a=ice-ufrag:${UFRAG}\r\na=ice-pwd:Zkx3qyJpPq9TxYhqoaGuZQ\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n` +
  'a=candidate:1 1 UDP 2122317823 192.0.2.1 61764 typ host\r\na=end-of-candidates\r\n'

/** As a browser answers: it takes everything. */
const answerTo = (offer: string): string =>
  offer
    .replaceAll('a=sendonly', 'a=recvonly')
    .replaceAll('a=setup:actpass', 'a=setup:active')
    .replace(/^a=(ice-lite|ssrc.*|candidate.*|end-of-candidates|msid:.*)\r\n/gm, '')

const app = await testApp(
  {},
  { connectWithinMs: 500, awayAfterMs: 100, pipeIdleMs: 100, sessionsPerPersonMax: 50 },
)
const shop = await merchant(app)
const { stage, shows, tickets, whip } = app.domains
const who = { tenantId: shop.tenant.id, showId: shop.show.id, personId: shop.owner.id }
const { host } = await stage.join(who, () => {})
await host.createTransport()
await host.produce('video', 'camera', JSON.parse(file('camera.json')))
await host.produce('audio', 'microphone', JSON.parse(file('microphone.json')))
await host.goLive()
// Encoders come to a show of their own: each takes the seat of the one before.
const { id: second } = await shows.create(who.tenantId, {
  title: 'x',
  scheduledAt: null,
  hostIds: [who.personId],
})
const made = await shop.owner.call('PUT', `/tenants/${who.tenantId}/stream-key`)
const { key } = (await made.json()) as { key: string }
const ticket = await tickets.issue({
  ...{ right: 'media', tenantId: who.tenantId, showId: who.showId, personId: 'per_fuzz' },
  ...{ name: 'Viewer', guest: true, role: 'viewer' },
})

const statuses = new Map<string, number>()
let seedNow = 0

async function send(what: string, method: string, path: string, type: string, body: string, etag = '') {
  const response = await fetch(app.url + path, {
    method,
    headers: {
      authorization: `Bearer ${path.startsWith('/whip') ? key : ticket}`,
      'content-type': type,
      ...(etag ? { 'if-match': etag } : {}),
    },
    ...(method === 'DELETE' ? {} : { body }),
    signal: AbortSignal.timeout(10_000),
  })
  const { status, headers } = response
  const text = await response.text()
  const name = `${what} ${status}`
  statuses.set(name, (statuses.get(name) ?? 0) + 1)
  if (status >= 500 && status !== 503) throw new Error(`seed ${seedNow}: ${name} ${text}`)
  expect(text).not.toMatch(/undefined|NaN|\[object/)
  return { status, text, at: headers.get('location') ?? '', etag: headers.get('etag') ?? '' }
}

const SDP = 'application/sdp'
const TRICKLE = 'application/trickle-ice-sdpfrag'

async function encoder(seed: number, offer: string): Promise<void> {
  const opened = await send('WHIP offer', 'POST', `/whip/${second}?takeOver=true`, SDP, offer)
  if (opened.status !== 201) return
  await fragments('WHIP', seed, opened)
  if (seed % 3 === 0) await send('WHIP end', 'DELETE', opened.at, SDP, '')
}

/** One that knows WHEP alone. */
async function player(seed: number, offer: string): Promise<void> {
  const opened = await send('WHEP offer', 'POST', `/whep/${who.showId}`, SDP, offer)
  if (opened.status === 201) await fragments('WHEP', seed, opened)
  if (opened.status === 406)
    await send('WHEP answer', 'PATCH', opened.at, SDP, mutatedSdp(answerTo(opened.text), seed))
  if (opened.at && seed % 3 === 0) await send('WHEP end', 'DELETE', opened.at, SDP, '')
}

async function fragments(
  of: string,
  seed: number,
  { at, etag }: { at: string; etag: string },
): Promise<void> {
  const pick = numbers(seed)
  for (let n = 0; n < 3; n++) {
    const etags = ['*', etag, '"old"', ''] as const
    // The first two trickle, with the credentials of the encoder's offer; the last has others, and restarts ICE.
    const sent = n < 2 ? FRAGMENT : FRAGMENT.replace(UFRAG, `${UFRAG}${seed}`)
    const fragment = mutatedSdp(sent.replaceAll('\r', ''), seed * 3 + n)
    await send(`${of} fragment`, 'PATCH', at, TRICKLE, fragment, etags[pick(etags.length)])
  }
}

/** One of ours: it is offered something, answers, and asks for another offer. */
async function own(seed: number, offer: string): Promise<void> {
  const opened = await send('own offer', 'POST', `/whep/${who.showId}?seats=all`, SDP, offer)
  if (opened.status !== 406) return
  const mutates = seed % 2 === 0
  const answer = answerTo(opened.text)
  await send('own answer', 'PATCH', opened.at, SDP, mutates ? mutatedSdp(answer, seed) : answer)
  const renewed = await send(
    'own renewal',
    'POST',
    `${opened.at}/offer${seed % 3 ? '' : '?ice=restart'}`,
    SDP,
    '',
  )
  if (renewed.status === 200) {
    await send(
      'own renewed answer',
      'PATCH',
      opened.at,
      SDP,
      mutatedSdp(answerTo(renewed.text), seed),
      renewed.etag,
    )
  }
  if (seed % 5 === 0) await send('own end', 'DELETE', opened.at, SDP, '')
}

/** A mutated offer each; every fourth goes on with what is well formed, so that what follows is reached as well. */
async function run(seed: number): Promise<void> {
  seedNow = seed
  const playerOffer = PLAYERS[seed % PLAYERS.length]!
  await encoder(seed, mutatedSdp(ENCODER, seed))
  await player(seed, mutatedSdp(playerOffer, seed))
  if (seed % 4 > 0) return
  await encoder(seed, ENCODER)
  await player(seed, playerOffer)
  await own(seed, playerOffer)
}

test(
  `${SEEDS} mutated offers of each kind over HTTP: none brings down a worker or leaves a transport`,
  async () => {
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      for (let n = lane; n < SEEDS; n += LANES) await run(FIRST_SEED + n)
    })
    await Promise.all(lanes)
    const gauge = async (name: string) =>
      (await app.domains.metrics.getSingleMetric(`shelfcast_stage_${name}`)!.get()).values[0]!.value
    await until(async () => (await gauge('viewers')) === 0 && whip.size === 0, 10_000) // their time is up
    host.leave()
    await until(async () => (await gauge('routers')) === 0, 10_000)
    console.info(Object.fromEntries([...statuses].toSorted()))
    for (const part of [
      'WHIP offer 201',
      'WHEP offer 201',
      'WHIP fragment 200',
      'WHIP fragment 204',
      'WHEP fragment 200',
      'own answer 204',
      'own answer 422',
      'own renewed answer 204',
    ]) {
      expect(statuses.get(part), part).toBeGreaterThan(0)
    }
    expect([workers, servers.length]).toEqual([1, 1])
    const dump = await servers[0]!.dump()
    expect([dump.webRtcTransportIds, dump.localIceUsernameFragments]).toEqual([[], []])
  },
  60_000 + SEEDS * SEED_MS_MAX,
)
