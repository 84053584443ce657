import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { observer } from 'mediasoup'
import type { WebRtcServer, Worker } from 'mediasoup/types'
import { expect, test, vi } from 'vitest'
import { testStage, until } from '../../test/stage.ts'
import type { Host } from './index.ts'
import { ENCODER_WINDOW } from './seat.ts'

/** Media workers: which of them takes whom, and what becomes of a show when one dies. */

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const offer = file('chromium-offer.sdp')
const fault = (code: string) => expect.objectContaining({ code })
const AWAY_MS = 100
const GRACE_MS = 500

const workers: Worker[] = []
const servers = new Map<Worker, WebRtcServer>()
observer.on('newworker', (worker) => {
  workers.push(worker)
  worker.observer.on('newwebrtcserver', (server) => servers.set(worker, server))
})

async function send(host: Host): Promise<void> {
  await host.createTransport()
  await host.produce('audio', 'microphone', JSON.parse(file('microphone.json')))
  await host.produce('video', 'camera', JSON.parse(file('camera.json')))
}

test('a host is told to send no more than `hostBitrateMaxBps`', async () => {
  const before = workers.length
  const own = await testStage({ hostBitrateMaxBps: 1_234_567 })
  const told: number[] = []
  workers[before]!.observer.on('newrouter', ({ observer: router }) =>
    router.on('newtransport', (transport) => {
      const set = transport.setMaxIncomingBitrate.bind(transport)
      vi.spyOn(transport, 'setMaxIncomingBitrate').mockImplementation((bps) => {
        told.push(bps)
        return set(bps)
      })
    }),
  )
  await own.onAir()
  expect(told).toEqual([1_234_567])
})

test('viewers spread over workers, each up to its limit', async () => {
  const {
    newShow,
    stage: two,
    tenantId: tenant,
    host,
    ticket,
  } = await testStage({ viewersPerWorkerMax: 1 }, 2)
  const showId = await newShow()
  const joined = await two.join({ tenantId: tenant, showId, personId: host.id }, () => {})
  await send(joined.host)
  await joined.host.goLive()
  const watchAs = async (personId: string) => two.watch(showId, await ticket(showId, personId), offer)
  const port = (sdp: string) => /udp \d+ \S+ (\d+)/.exec(sdp)![1]
  const [first, second] = [await watchAs('per_1'), await watchAs('per_2')]
  expect(port(first.sdp)).not.toBe(port(second.sdp))
  await expect(watchAs('per_3')).rejects.toEqual(fault('stage_full'))
  first.close()
  expect(port((await watchAs('per_3')).sdp)).toBe(port(first.sdp))
})

test('a worker near to what a core can do gets no more viewers; where none has room for a show or a viewer, both hear it', async () => {
  const usedMs = new Map<unknown, { pct: number; sum: number; at: number }>()
  const own = await testStage({ workerCpuEveryMs: 100, showsPerWorkerMax: 2 }, 2, {
    async cpuTime(worker) {
      const now = performance.now()
      const used = usedMs.get(worker) ?? { pct: 0, sum: 0, at: now }
      usedMs.set(worker, { ...used, sum: used.sum + (used.pct / 100) * (now - used.at), at: now })
      return usedMs.get(worker)!.sum
    },
  })
  await until(() => usedMs.size === 2)
  const loaded = async (...pcts: number[]) => {
    for (const [n, used] of [...usedMs.values()].entries()) used.pct = pcts[n]!
    const sum = () => own.deps.metrics.getSingleMetric('shelfcast_stage_cpu_pct')!.get()
    const wanted = pcts.reduce((a, b) => a + b)
    await until(async () => Math.abs((await sum()).values[0]!.value - wanted) < 5)
  }
  const { showId } = await own.onAir() // its host on the first worker, so that viewers come to the second
  const watchAs = async (personId: string) => {
    const { workerId } = await own.stage.watch(showId, await own.ticket(showId, personId), offer)
    return workerId
  }
  const first = await watchAs('per_1')
  await loaded(50, 50)
  expect(await watchAs('per_2')).toBe(first)
  await loaded(60, 88)
  expect(await watchAs('per_3')).not.toBe(first)
  await loaded(130, 130)
  await expect(watchAs('per_4')).rejects.toEqual(fault('stage_full'))
  await expect(own.onAir()).rejects.toEqual(fault('stage_full'))
  await loaded(10, 10)
  for (let n = 0; n < 3; n++) await own.onAir()
  await expect(own.onAir()).rejects.toEqual(fault('stage_full')) // `showsPerWorkerMax`
})

test('a worker that dies is replaced, and its hosts are told to come again', async () => {
  const before = workers.length
  const own = await testStage({ awayAfterMs: AWAY_MS })
  const [worker] = workers.slice(before)
  const showId = await own.newShow()
  const left = vi.fn()
  const who = { tenantId: own.tenantId, showId, personId: own.host.id }
  const first = await own.stage.join(who, left)
  await send(first.host)
  await first.host.goLive()
  const viewer = await own.stage.watch(showId, await own.ticket(showId), offer)

  process.kill(worker!.pid, 'SIGKILL')
  await once(worker!, 'died')
  expect(left).toHaveBeenCalledWith('media_lost')
  expect(viewer.state).toBe('closed')
  expect(own.lost(showId)).toEqual([viewer.workerId])
  await until(() => own.told(showId).includes('paused'))
  const again = await until(() => own.stage.join(who, left).catch(() => null))
  expect(again.resumed).toBe(true)
  await send(again.host)
  expect((await again.host.goLive()).status).toBe('live')
  expect((await own.stage.watch(showId, await own.ticket(showId), offer)).workerId).not.toBe(viewer.workerId)
})

test('an encoder is waited for longer when its worker dies: nobody tells it', async () => {
  const before = workers.length
  const own = await testStage({ awayAfterMs: AWAY_MS, graceMs: GRACE_MS, encoderGraceMs: 5000 })
  const [worker] = workers.slice(before)
  const showId = await own.newShow()
  const who = { tenantId: own.tenantId, showId, personId: own.host.id, windowId: ENCODER_WINDOW }
  const first = await own.stage.join(who, () => {})
  await send(first.host)
  await first.host.goLive()
  process.kill(worker!.pid, 'SIGKILL')
  await until(() => own.told(showId).includes('paused'))
  await new Promise((resolve) => setTimeout(resolve, 3 * GRACE_MS))
  const again = await own.stage.join(who, () => {})
  expect(again.resumed).toBe(true)
  await send(again.host)
  await again.host.goLive()
  again.host.leave() // by itself: it is waited for as others are
  await until(() => own.told(showId).includes('ended'))
})

test('a worker with viewers alone dies: the host stays, the viewers are told and find the show on another', async () => {
  const before = workers.length
  const own = await testStage({}, 2)
  const pair = workers.slice(before)
  const showId = await own.newShow()
  const left = vi.fn()
  const who = { tenantId: own.tenantId, showId, personId: own.host.id }
  const { host } = await own.stage.join(who, left)
  await send(host)
  await host.goLive()
  const watch = async () => own.stage.watch(showId, await own.ticket(showId), offer)
  const viewer = await watch()
  const port = (sdp: string) => Number(/udp \d+ \S+ (\d+)/.exec(sdp)![1])
  const ports = await Promise.all(
    pair.map(async (worker) => (await servers.get(worker)!.dump()).udpSockets[0]!.port),
  )
  const dying = pair[ports.indexOf(port(viewer.sdp))]!

  process.kill(dying.pid, 'SIGKILL')
  await once(dying, 'died')
  expect(viewer.state).toBe('closed')
  expect(own.lost(showId)).toEqual([viewer.workerId])
  expect(left).not.toHaveBeenCalled()
  const again = await until(() => watch().catch(() => null))
  expect(again.workerId).not.toBe(viewer.workerId)
  expect(own.told(showId)).toEqual(['live'])
})
