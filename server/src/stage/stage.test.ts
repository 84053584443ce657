import { readFileSync } from 'node:fs'
import { observer } from 'mediasoup'
import type { WebRtcServer, Worker } from 'mediasoup/types'
import { Registry } from 'prom-client'
import { afterAll, expect, test } from 'vitest'
import { testAsk, testStage, until } from '../../test/stage.ts'
import { createStage, type Host, type LeftReason } from './index.ts'

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const camera: { encodings: unknown[] } = JSON.parse(file('camera.json'))
const screen = { ...camera, mid: '7' }
const microphone: unknown = JSON.parse(file('microphone.json'))
const offer = file('chromium-offer.sdp')
const answer = file('chromium-answer.sdp')
const fault = (code: string) => expect.objectContaining({ code })
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const workers: Worker[] = []
const servers = new Map<Worker, WebRtcServer>()
observer.on('newworker', (worker) => {
  workers.push(worker)
  worker.observer.on('newwebrtcserver', (server) => servers.set(worker, server))
})

const AWAY_MS = 100
const GRACE_MS = 500
const limits = {
  awayAfterMs: AWAY_MS,
  graceMs: GRACE_MS,
  connectWithinMs: 400,
  hostsMax: 2,
  sessionsPerPersonMax: 2,
}
const world = await testStage(limits)
const { stage, shows, tenantId } = world

async function join(showId: string, personId = world.host.id) {
  const left: LeftReason[] = []
  const joined = await stage.join({ tenantId, showId, personId }, (reason) => left.push(reason))
  return { ...joined, left }
}

async function send(host: Host): Promise<string> {
  await host.createTransport()
  await host.produce('audio', 'microphone', microphone)
  return host.produce('video', 'camera', camera)
}

async function live(showId: string, personId = world.host.id) {
  const joined = await join(showId, personId)
  const cameraId = await send(joined.host)
  await joined.host.goLive()
  return { ...joined, cameraId }
}

const watch = async (showId: string, personId?: string) =>
  stage.watch(showId, await world.ticket(showId, personId), offer)

test('only who may host the show takes a seat', async () => {
  const showId = await world.newShow()
  await expect(join(showId, world.support.id)).rejects.toEqual(fault('scope_missing'))
  await expect(
    stage.join({ tenantId: 'ten_other', showId, personId: world.host.id }, () => {}),
  ).rejects.toEqual(fault('not_found'))
  await shows.end(tenantId, showId)
  await expect(join(showId)).rejects.toEqual(fault('show_ended'))
})

test('the same person again takes the older seat over; another person takes a second; a third finds none', async () => {
  const showId = await world.newShow()
  const manager = await world.accounts.people.signUp({
    login: 'm@example.com',
    password: 'long enough',
    name: 'M',
  })
  await world.accounts.tenants.putMember(tenantId, manager.id, 'manager')
  const first = await join(showId)
  const second = await join(showId)
  expect(first.left).toEqual(['replaced'])
  await expect(first.host.createTransport()).rejects.toEqual(fault('not_found'))

  const other = await join(showId, world.owner.id)
  expect(second.left).toEqual([])
  await expect(join(showId, manager.id)).rejects.toEqual(fault('host_seat_taken'))
  other.host.leave()
  await join(showId, manager.id)
})

test('going live needs something to send', async () => {
  const showId = await world.newShow()
  const { host } = await join(showId)
  await expect(host.goLive()).rejects.toEqual(fault('media_not_ready'))
  await send(host)
  await expect(watch(showId)).rejects.toEqual(fault('media_not_ready')) // a preview is nobody's business
  expect((await host.goLive()).status).toBe('live')
  expect((await watch(showId)).sourceIds.size).toBe(2)
})

test('a host that drops is away, and comes back to the same show', async () => {
  const showId = await world.newShow()
  const first = await live(showId)
  const viewer = await watch(showId)
  first.host.leave()
  await until(() => viewer.state === 'closed')
  await until(() => world.told(showId).includes('paused'))
  expect((await shows.get(tenantId, showId)).hostAwaySince).not.toBeNull()
  await expect(watch(showId)).rejects.toEqual(fault('media_not_ready'))

  const second = await live(showId)
  expect(second.resumed).toBe(true)
  expect(world.told(showId)).toEqual(['live', 'paused', 'live'])
  expect((await shows.get(tenantId, showId)).hostAwaySince).toBeNull()
  expect(await watch(showId)).toMatchObject({ state: 'offered' })
  await pause(GRACE_MS + AWAY_MS)
  expect(world.told(showId)).toHaveLength(3) // the old grace time does not end the new picture
})

test('a quick reload is not told to the room', async () => {
  const showId = await world.newShow()
  const first = await live(showId)
  first.host.leave()
  const second = await live(showId)
  expect(second.resumed).toBe(true)
  await pause(AWAY_MS * 2)
  expect(world.told(showId)).toEqual(['live'])
})

test('a host that does not come back ends the show', async () => {
  const showId = await world.newShow()
  const { host } = await live(showId)
  host.leave()
  await until(() => world.told(showId).includes('ended'))
  expect(world.told(showId)).toEqual(['live', 'paused', 'ended'])
  await expect(join(showId)).rejects.toEqual(fault('show_ended'))
})

test('a host who is back on stage, not yet live, keeps the show from ending', async () => {
  const showId = await world.newShow()
  ;(await live(showId)).host.leave()
  await until(() => world.told(showId).includes('paused'))
  const { host } = await join(showId)
  await pause(GRACE_MS * 1.5)
  expect(world.told(showId)).toEqual(['live', 'paused'])
  host.leave()
  await until(() => world.told(showId).includes('ended'))
})

test('the seat of a window on air is taken over only by its reload or when that is asked for', async () => {
  const showId = await world.newShow()
  const left: LeftReason[] = []
  const joinFrom = (windowId: string, takeOver = false) =>
    stage.join({ tenantId, showId, personId: world.host.id, windowId, takeOver }, (reason) =>
      left.push(reason),
    )
  await joinFrom('desk')
  const first = await joinFrom('phone') // nothing was on air
  await send(first.host)
  await first.host.goLive()
  expect(left).toEqual(['replaced'])
  await expect(joinFrom('desk')).rejects.toEqual(fault('host_elsewhere'))
  expect(left).toEqual(['replaced'])
  const reloaded = await joinFrom('phone')
  await send(reloaded.host)
  await reloaded.host.goLive()
  await joinFrom('desk', true)
  expect(left).toEqual(['replaced', 'replaced', 'replaced'])
})

test('a second window that takes the seat and sends nothing pauses the show', async () => {
  const showId = await world.newShow()
  const first = await live(showId)
  const second = await join(showId)
  expect(first.left).toEqual(['replaced'])
  expect(second.resumed).toBe(true)
  await until(() => world.told(showId).includes('paused'))
})

test('while one of two hosts sends, the show goes on', async () => {
  const showId = await world.newShow()
  const first = await live(showId)
  await live(showId, world.owner.id)
  expect((await watch(showId)).sourceIds.size).toBe(3) // one picture, and what both say
  first.host.leave()
  await pause(AWAY_MS * 2)
  expect(world.told(showId)).toEqual(['live'])
  expect((await watch(showId)).sourceIds.size).toBe(2)
})

test('ending the show sends hosts and viewers home', async () => {
  const showId = await world.newShow()
  const { left } = await live(showId)
  const viewer = await watch(showId)
  await shows.end(tenantId, showId)
  expect(left).toEqual(['ended'])
  await until(() => viewer.state === 'closed')
  expect(() => stage.viewer(showId, viewer.id)).toThrow(fault('not_found'))
})

test('a new track sends viewers to ask anew; a paused one does not', async () => {
  const showId = await world.newShow()
  const { host, cameraId } = await live(showId)
  const viewer = await watch(showId)
  await host.setPaused(cameraId, true)
  await host.setPaused(cameraId, false)
  expect(viewer.state).toBe('offered')
  await host.produce('video', 'screen', screen)
  expect(viewer.state).toBe('closed')
  expect((await watch(showId)).sdp).toContain(`a=msid:${world.host.id}.screen ${world.host.id}.screen`)
})

test('what a host sends is bounded and checked', async () => {
  const showId = await world.newShow()
  const { host } = await join(showId)
  await expect(host.produce('video', 'camera', camera)).rejects.toEqual(fault('not_found')) // no transport yet
  const cameraId = await send(host)
  await expect(host.produce('video', 'camera', camera)).rejects.toEqual(fault('invalid_input')) // the mid is in use
  await host.produce('video', 'camera', { ...camera, mid: '5' }) // takes the place of the former
  await expect(host.closeProducer(cameraId)).rejects.toEqual(fault('not_found'))
  await host.produce('video', 'screen', screen)
  await expect(host.produce('audio', 'screen', microphone)).rejects.toEqual(fault('invalid_input'))

  const { host: other } = await join(showId, world.owner.id)
  await other.createTransport()
  const fourLayers = { ...camera, encodings: [...camera.encodings, camera.encodings[0]] }
  await expect(other.produce('video', 'camera', fourLayers)).rejects.toEqual(fault('invalid_input'))
  await expect(other.produce('audio', 'microphone', camera)).rejects.toEqual(fault('invalid_input'))
  await expect(other.produce('video', 'camera', { codecs: [] })).rejects.toEqual(fault('invalid_input'))
  await expect(other.connect({ fingerprints: [] })).rejects.toEqual(fault('invalid_input'))
})

test('a viewer that never connects is closed in time, answered or not', async () => {
  const showId = await world.newShow()
  await live(showId)
  const [silent, answered] = [await watch(showId), await watch(showId)]
  await answered.answer(answer)
  expect([silent.state, answered.state]).toEqual(['offered', 'answered'])
  await until(() => silent.state === 'closed' && answered.state === 'closed', limits.connectWithinMs * 3)
})

test('one person holds a few sessions; the oldest goes first', async () => {
  const showId = await world.newShow()
  await live(showId)
  const [first, second, third] = [await watch(showId), await watch(showId), await watch(showId)]
  expect([first.state, second.state, third.state]).toEqual(['closed', 'offered', 'offered'])
  expect((await watch(showId, 'per_another')).state).toBe('offered')
  expect([second.state, third.state]).toEqual(['offered', 'offered'])
})

test('past `viewersPerShowMax` a viewer is told to come again; what a show has is in the metrics', async () => {
  const own = await testStage({ viewersPerShowMax: 1 })
  const showId = await own.newShow()
  const joined = await own.stage.join({ tenantId: own.tenantId, showId, personId: own.host.id }, () => {})
  await send(joined.host)
  await joined.host.goLive()
  const watchAs = async (personId: string) =>
    own.stage.watch(showId, await own.ticket(showId, personId), offer)
  const first = await watchAs('per_1')
  await expect(watchAs('per_2')).rejects.toEqual(fault('stage_full'))
  const of = async (name: string) => {
    const metric = await own.deps.metrics.getSingleMetric(`shelfcast_stage_show_${name}`)!.get()
    return metric.values.map(({ labels, value }) => [labels.show, value])
  }
  expect([await of('hosts'), await of('viewers')]).toEqual([[[showId, 1]], [[showId, 1]]])
  expect(await of('bitrate_bps')).toEqual([[showId, 0]]) // it sends nothing
  first.close()
  await watchAs('per_2')
  await own.shows.end(own.tenantId, showId)
  expect(await of('hosts')).toEqual([])
})

test('after a restart a show that was on air waits for its host, then ends', async () => {
  const own = await testStage({ graceMs: GRACE_MS })
  const showId = await own.newShow()
  const { host } = await own.stage.join({ tenantId: own.tenantId, showId, personId: own.host.id }, () => {})
  await send(host)
  await host.goLive()
  await own.stage.close()
  await own.stage.close() // harmless

  const restarted = createStage({ ...own.deps, ask: testAsk(own.deps.redis), metrics: new Registry() })
  afterAll(() => restarted.close())
  await until(() =>
    restarted.start().then(
      () => true,
      () => false,
    ),
  ) // until the old worker gave its port back
  expect(own.told(showId)).toEqual(['live', 'paused'])
  await until(() => own.told(showId).includes('ended'))
})

test('metrics count what there is', async () => {
  const own = await testStage()
  const showId = await own.newShow()
  const { host } = await own.stage.join({ tenantId: own.tenantId, showId, personId: own.host.id }, () => {})
  await send(host)
  await host.goLive()
  await own.stage.watch(showId, await own.ticket(showId), offer)
  const text = await own.deps.metrics.metrics()
  for (const line of ['workers 1', 'routers 2', 'hosts 1', 'producers 2', 'viewers 1']) {
    expect(text).toContain(`\nshelfcast_stage_${line}\n`)
  }
})

test('a stand-in plays while no person is on stage, and leaves when one goes live', async () => {
  const showId = await world.newShow()
  const who = { tenantId, showId, personId: world.owner.id }
  const left: LeftReason[] = []
  const rtpParameters = {
    mid: '0',
    codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 }],
    encodings: [{ ssrc: 1234 }],
  }
  await expect(stage.standIn({ ...who, personId: world.support.id }, () => {})).rejects.toEqual(
    fault('scope_missing'),
  )
  const film = await stage.standIn(who, (reason) => left.push(reason))
  await expect(film.goLive()).rejects.toEqual(fault('media_not_ready'))
  const ports = await film.receive('video', rtpParameters)
  expect(ports.rtp).not.toBe(ports.rtcp)
  expect((await film.goLive()).status).toBe('live')

  const { host } = await join(showId)
  expect(left).toEqual([]) // a person who looks at the camera is not on air yet
  await send(host)
  await host.goLive()
  expect(left).toEqual(['replaced'])
  await expect(stage.standIn(who, () => {})).rejects.toEqual(fault('host_seat_taken'))

  host.leave()
  const again = await stage.standIn(who, () => {})
  await again.receive('video', rtpParameters)
  expect((await again.goLive()).status).toBe('live')
  again.leave()
})
