import { readFileSync } from 'node:fs'
import { observer } from 'mediasoup'
import type { Producer, Worker } from 'mediasoup/types'
import { expect, test } from 'vitest'
import { acquainted, leadingOf, testStage, until } from '../../../test/stage.ts'
import { silentLog } from '../../../test/world.ts'
import { createWhipSessions, type Host, type LeftReason, type Stage } from '../index.ts'
import { follow, pipe, takeSeat } from './wire.ts'

/** Stages of one deployment, each with workers and a bus of its own, over real pipes. */

const file = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
const camera: unknown = JSON.parse(file('camera.json'))
const microphone: unknown = JSON.parse(file('microphone.json'))
const offer = file('chromium-offer.sdp')
const answer = file('chromium-answer.sdp')
const fault = (code: string) => expect.objectContaining({ code })

const workers: Worker[] = []
/** What comes in by pipes from other nodes, which alone retransmit, with the worker that takes it. */
const piped: { worker: Worker; producer: Producer }[] = []
observer.on('newworker', (worker) => {
  workers.push(worker)
  worker.observer.on('newrouter', (router) =>
    router.observer.on('newtransport', (transport) => {
      transport.observer.on('newproducer', (producer) => {
        const retransmits = producer.rtpParameters.encodings?.[0]?.rtx !== undefined
        if (transport.type === 'pipe' && retransmits) piped.push({ worker, producer })
      })
    }),
  )
})

const FAST = { nodeBeatMs: 100, nodeLeaseMs: 1500, awayAfterMs: 100, pipeIdleMs: 500, followMs: 300 }
const world = await testStage(FAST)
const { stage: a, tenantId } = world
const { stage: b, deps: depsB, whep: whepB } = await world.another()
await acquainted(world.deps.ask, depsB.ask)

async function join(stage: Stage, showId: string, personId = world.host.id, windowId?: string) {
  const left: LeftReason[] = []
  const silenced: boolean[] = []
  const joined = await stage.join(
    { tenantId, showId, personId, windowId },
    (reason) => left.push(reason),
    (now) => silenced.push(now),
  )
  return { ...joined, left, silenced, leading: leadingOf(stage, { tenantId, showId, personId }) }
}

async function send(host: Host) {
  await host.createTransport()
  const microphoneId = await host.produce('audio', 'microphone', microphone)
  return { microphoneId, cameraId: await host.produce('video', 'camera', camera) }
}

async function live(stage: Stage, showId: string, personId = world.host.id) {
  const joined = await join(stage, showId, personId)
  const sent = await send(joined.host)
  await joined.host.goLive()
  return { ...joined, ...sent }
}

type Scope = Parameters<Stage['watch']>[3]
const watch = async (stage: Stage, showId: string, scope: Scope = 'main', personId?: string) =>
  stage.watch(showId, await world.ticket(showId, personId), offer, scope)

const figure = async (deps: typeof depsB, name: string) =>
  (await deps.metrics.getSingleMetric(`shelfcast_stage_${name}`)?.get())?.values[0]?.value

test('a viewer on B gets what a host on A sends, by one pipe a track however many watch; unused ones are closed', async () => {
  const showId = await world.newShow()
  const recorded: string[] = []
  const stops = [a, b].map((stage, i) => stage.onSources((of) => recorded.push(`${i} ${of.showId}`)))
  await expect(watch(b, showId)).rejects.toEqual(fault('media_not_ready'))
  const { cameraId, microphoneId } = await live(a, showId)
  const viewers = await Promise.all([1, 2, 3].map((i) => watch(b, showId, 'main', `per_${i}`)))
  for (const viewer of viewers) expect([...viewer.sourceIds]).toEqual([cameraId, microphoneId])
  expect(viewers[0]!.sdp).toMatch(/a=simulcast|m=video/)
  expect(await figure(depsB, 'pipes_in')).toBe(2)
  expect(await figure(world.deps, 'pipes_out')).toBe(2)
  expect(await figure(depsB, 'nodes')).toBe(2)
  // What comes in is the home's to tell; what goes out is told by who sends it.
  const ofShow = async (name: string) =>
    (await depsB.metrics.getSingleMetric(`shelfcast_stage_show_${name}`)!.get()).values.map(
      ({ value }) => value,
    )
  expect([await ofShow('score'), await ofShow('bitrate_bps')]).toEqual([[], []])
  expect([await ofShow('viewers'), await ofShow('egress_bps')]).toEqual([[3], [0]])
  await viewers[0]!.answer(answer)
  for (const viewer of viewers) viewer.close()
  await until(async () => (await figure(depsB, 'pipes_in')) === 0, 5000)
  await until(async () => (await figure(world.deps, 'pipes_out')) === 0)
  const again = await watch(b, showId)
  expect(again.sourceIds.size).toBe(2)
  expect(new Set(recorded)).toEqual(new Set([`0 ${showId}`])) // by the home alone
  for (const stop of stops) stop()
  again.close()
  await until(async () => (await figure(world.deps, 'pipes_out')) === 0, 5000)
})

test('what changes on A follows to B: a pause, another source, one that ends; a picture that stays goes on', async () => {
  const showId = await world.newShow()
  const { host, cameraId, microphoneId } = await live(a, showId)
  const viewer = await watch(b, showId, 'all')
  await viewer.answer(answer)
  const sound = await until(
    () => piped.findLast(({ producer }) => producer.kind === 'audio')?.producer ?? null,
  )
  const picture = piped.findLast(({ producer }) => producer.kind === 'video')!.producer
  expect(picture.type).toBe('simulcast')
  expect(picture.rtpParameters.encodings).toHaveLength(3)

  await host.setPaused(microphoneId, true)
  await until(() => sound.paused)
  await host.setPaused(microphoneId, false)
  await until(() => !sound.paused)

  const screenId = await host.produce('video', 'screen', { ...Object(camera), mid: '7' })
  await viewer.renew()
  expect([...viewer.sourceIds]).toEqual([cameraId, microphoneId, screenId])
  await host.closeProducer(screenId)
  await until(async () => (await figure(world.deps, 'pipes_out')) === 2)
  expect([viewer.state, picture.closed]).toEqual(['answered', false])

  host.leave()
  await until(() => viewer.state === 'closed')
  await until(() => picture.closed)
  await expect(watch(b, showId)).rejects.toEqual(fault('media_not_ready'))
  const again = await live(a, showId)
  expect([...(await until(() => watch(b, showId).catch(() => null))).sourceIds]).toContain(again.cameraId)
})

test('a co-host by B takes a seat on A, and is led from there', async () => {
  const showId = await world.newShow()
  const lead = await live(a, showId)
  const other = await join(b, showId, world.owner.id)
  expect(other).toMatchObject({ resumed: false, member: true })
  expect(other.routerRtpCapabilities).toEqual(lead.routerRtpCapabilities)
  await expect(other.host.goLive()).rejects.toEqual(fault('media_not_ready'))
  const sent = await send(other.host)
  expect((await other.host.goLive()).status).toBe('live')
  expect(await figure(world.deps, 'far_hosts')).toBe(1)
  expect((await watch(b, showId, 'all')).sourceIds.size).toBe(4)
  expect((await watch(a, showId, 'others', world.owner.id)).sourceIds.size).toBe(2)

  await expect(other.leading.setLayout('solo', null)).rejects.toEqual(fault('not_leading'))
  await expect(other.host.connect('nonsense')).rejects.toEqual(fault('invalid_input'))
  await lead.leading.mute(world.owner.id, true)
  await until(() => other.silenced.includes(true))
  await lead.leading.mute(world.owner.id, false)
  await lead.leading.handOver(world.owner.id)
  await other.leading.setLayout('pip', world.host.id)
  await other.host.setPaused(sent.microphoneId, true)
  await other.host.closeProducer(sent.cameraId)
  await expect(other.host.closeProducer(sent.cameraId)).rejects.toEqual(fault('not_found'))

  const elsewhere = await join(b, showId, world.owner.id).then(
    () => null,
    (error) => error,
  )
  expect(elsewhere).toBeNull() // no window is named, so the seat is taken over
  await until(() => other.left.includes('replaced'))
  await expect(other.host.createTransport()).rejects.toEqual(fault('not_found'))
})

test('who comes by B and goes, or is sent away by B, leaves the stage on A; who ends the show by B ends it on A', async () => {
  const showId = await world.newShow()
  const lead = await live(a, showId)
  const before = await figure(world.deps, 'far_hosts')
  const { host } = await live(b, showId, world.owner.id)
  host.leave()
  host.leave() // harmless
  await until(async () => (await figure(world.deps, 'far_hosts')) === before)
  const sentAway = await live(b, showId, world.owner.id)
  await b.dismiss(showId, world.owner.id)
  await until(() => sentAway.left.includes('removed'))
  expect(lead.left).toEqual([])

  const far = await live(b, showId, world.owner.id)
  await depsB.shows.end(tenantId, showId)
  await until(() => lead.left.includes('ended') && far.left.includes('ended'))
  await expect(join(b, showId)).rejects.toEqual(fault('show_ended'))
})

test('the home is where the first host came; a film there is no reason to come, and none elsewhere', async () => {
  const showId = await world.newShow()
  const first = await live(b, showId)
  expect((await watch(a, showId)).sourceIds.size).toBe(2)
  const film = { tenantId, showId, personId: world.owner.id }
  await expect(a.standIn(film, () => {})).rejects.toEqual(fault('host_seat_taken'))
  first.host.stepDown()
})

test('an encoder that asks B goes on stage on A, and trickles and leaves by either', async () => {
  const showId = await world.newShow()
  const lead = await join(a, showId, world.owner.id)
  const keys = {
    use: async () => ({ tenantId, personId: world.host.id }),
    currentShow: async () => showId,
  }
  const [onA, onB] = [world.deps, depsB].map(({ ask }, i) =>
    createWhipSessions({ stage: [a, b][i]!, ask, keys, log: silentLog }),
  )
  const encoder = file('encoder-offer.sdp')
  const session = await onB!.open('a key', showId, false, encoder)
  expect([onA!.size, onB!.size]).toEqual([1, 0])
  expect(session.answer).toContain('m=video')
  for (const whip of [onA!, onB!]) {
    const refused = whip.patch(showId, session.id, 'a key', 'a=nothing', session.etag)
    await expect(refused).rejects.toEqual(fault('sdp_malformed'))
    await expect(whip.close(showId, session.id, 'another key')).rejects.toEqual(fault('stream_key_invalid'))
  }
  await onB!.close(showId, session.id, 'a key')
  await expect(onA!.close(showId, session.id, 'a key')).rejects.toEqual(fault('not_found'))
  const again = await onB!.open('a key', null, false, encoder)
  await onB!.closeOf({ tenantId, personId: world.host.id }) // the key was replaced
  expect(onA!.size).toBe(0)
  const gone = again.id.replace(/nod_.*/, `nod_${'0'.repeat(24)}`)
  await expect(onB!.close(showId, gone, 'a key')).rejects.toEqual(fault('not_found'))
  lead.host.leave()
})

test('a session that B gave out is answered, renewed, bounded and ended by A', async () => {
  const showId = await world.newShow()
  await live(a, showId)
  const { id, viewer } = await whepB.open(showId, await world.ticket(showId), offer, 'all')
  const of = { showId, sessionId: id }
  await expect(world.whep.answer(of, answer, '"old"')).rejects.toEqual(fault('etag_mismatch'))
  const { etag } = await world.whep.answer(of, answer, viewer.etag)
  expect(etag).toBe(viewer.etag)
  await world.whep.prefer(of, 'saver')
  const renewed = await world.whep.renew(of)
  expect(renewed).toMatchObject({ offer: viewer.sdp, etag: viewer.etag, tracks: [...viewer.sourceIds] })
  await expect(world.whep.close({ ...of, showId: 'shw_other' })).rejects.toEqual(fault('not_found'))
  await world.whep.close(of)
  expect(viewer.state).toBe('closed')
  for (const sessionId of [id, viewer.id, `${viewer.id}.nod_`, `${viewer.id}.nod_${'0'.repeat(24)}`]) {
    await expect(world.whep.close({ showId, sessionId })).rejects.toEqual(fault('not_found'))
  }
})

test('pipesMax: a node takes so many tracks from others, and sends so many', async () => {
  const showId = await world.newShow()
  await live(a, showId)
  const { stage: narrow, deps } = await world.another({ pipesMax: 1 })
  await acquainted(world.deps.ask, deps.ask)
  await until(() => narrow.otherNodes().length === 2 && b.otherNodes().includes(deps.ask.node))
  await expect(watch(narrow, showId)).rejects.toEqual(fault('stage_full'))
  const other = await world.newShow()
  await live(narrow, other)
  await expect(watch(b, other)).rejects.toEqual(fault('stage_full'))
})

test('followMs: what another node asked for and has forgotten is given up, a pipe and a seat', async () => {
  await new Promise((resolve) => setTimeout(resolve, 3 * FAST.pipeIdleMs)) // pipes that tests before left are gone
  const showId = await world.newShow()
  const { cameraId } = await live(a, showId)
  const [{ node }, before] = [world.deps.ask, await figure(world.deps, 'far_hosts')]
  const seat = 'a seat that B has forgotten'
  const comer = { personId: world.owner.id, windowId: 'window', name: 'Owner', mayLead: true, leads: false }
  await depsB.ask.ask(node, takeSeat, { seat, tenantId, showId, comer })
  expect(await figure(world.deps, 'far_hosts')).toBe((before ?? 0) + 1)
  const end = { ip: '127.0.0.1', port: 9, key: Buffer.alloc(44).toString('base64') }
  const asked = { showId, producerId: cameraId, end }
  await expect(depsB.ask.ask(node, pipe, asked)).rejects.toEqual(fault('not_found')) // it does not follow
  await depsB.ask.ask(node, follow, { showId })
  const pipes = (await figure(world.deps, 'pipes_out')) ?? 0
  await depsB.ask.ask(node, pipe, asked)
  await depsB.ask.ask(node, pipe, asked) // in the place of the first
  expect(await figure(world.deps, 'pipes_out')).toBe(pipes + 1)
  await until(async () => (await figure(world.deps, 'pipes_out')) === pipes, 5000)
  await until(async () => (await figure(world.deps, 'far_hosts')) === before, 5000)
})

test('a home that slept and was taken over sends its hosts to the new one', async () => {
  const showId = await world.newShow()
  const first = await live(a, showId)
  await world.deps.redis.del(`stage:home:${showId}`)
  const second = await join(b, showId, world.owner.id)
  await until(() => first.left.includes('media_lost'), 5000)
  expect(await second.host.createTransport()).toHaveProperty('id')
  const again = await join(a, showId) // by B, where the show is
  expect(again.resumed).toBe(true)
  expect(await figure(depsB, 'far_hosts')).toBe(1)
})

test('a worker that dies on A, or on B: viewers on B are told or find the picture again', async () => {
  const showId = await world.newShow()
  const first = await live(a, showId)
  const viewer = await watch(b, showId)
  const onB = piped.at(-1)!.worker
  process.kill(onB.pid, 'SIGKILL')
  await until(() => viewer.state === 'closed')
  await until(() => world.lost(showId).includes(viewer.workerId))
  expect(first.left).toEqual([])
  const again = await until(() => watch(b, showId).catch(() => null), 10_000)

  const onA = workers.find((worker) => worker !== onB && !worker.died)!
  process.kill(onA.pid, 'SIGKILL')
  await until(() => first.left.includes('media_lost') && again.state === 'closed')
  await until(() => live(a, showId).catch(() => null), 10_000)
  await until(() => watch(b, showId).catch(() => null), 10_000)
})
