import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { acquainted, testStage, until } from '../../../test/stage.ts'
import type { Host, LeftReason, Stage } from '../index.ts'

/** Stages of one deployment, each with workers and a bus of its own, over real pipes. */

const file = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
const camera: unknown = JSON.parse(file('camera.json'))
const microphone: unknown = JSON.parse(file('microphone.json'))
const offer = file('chromium-offer.sdp')
const answer = file('chromium-answer.sdp')
const fault = (code: string) => expect.objectContaining({ code })

const FAST = { nodeBeatMs: 100, nodeLeaseMs: 1500, awayAfterMs: 100, pipeIdleMs: 500 }
const world = await testStage(FAST)
const { stage: a, tenantId } = world
const { stage: b, deps: depsB } = await world.another()
await acquainted(world.deps.ask, depsB.ask)

async function join(stage: Stage, showId: string, personId = world.host.id, windowId?: string) {
  const left: LeftReason[] = []
  const silenced: boolean[] = []
  const joined = await stage.join(
    { tenantId, showId, personId, windowId },
    (reason) => left.push(reason),
    (now) => silenced.push(now),
  )
  return { ...joined, left, silenced }
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
  await expect(watch(b, showId)).rejects.toEqual(fault('media_not_ready'))
  const { cameraId, microphoneId } = await live(a, showId)
  const viewers = await Promise.all([1, 2, 3].map((i) => watch(b, showId, 'main', `per_${i}`)))
  for (const viewer of viewers) expect([...viewer.sourceIds]).toEqual([cameraId, microphoneId])
  expect(viewers[0]!.offer).toMatch(/a=simulcast|m=video/)
  expect(await figure(depsB, 'pipes_in')).toBe(2)
  expect(await figure(world.deps, 'pipes_out')).toBe(2)
  expect(await figure(depsB, 'nodes')).toBe(2)
  await viewers[0]!.answer(answer)
  for (const viewer of viewers) viewer.close()
  await until(async () => (await figure(depsB, 'pipes_in')) === 0, 5000)
  await until(async () => (await figure(world.deps, 'pipes_out')) === 0)
  expect((await watch(b, showId)).sourceIds.size).toBe(2) // and again
})
