import { readFileSync } from 'node:fs'
import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test } from 'vitest'
import { acquainted, testStage, until } from '../../test/stage.ts'
import type { Stage } from './index.ts'

/** Two shows that see each other, over real workers. */

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const camera: unknown = JSON.parse(file('camera.json'))
const microphone: unknown = JSON.parse(file('microphone.json'))
const offer = file('chromium-offer.sdp')

const world = await testStage({ awayAfterMs: 100, nodeBeatMs: 100, pipeIdleMs: 600 }, 2)
const { shows, tenantId, host } = world

async function onAir(stage: Stage) {
  const showId = await world.newShow()
  const joined = await stage.join({ tenantId, showId, personId: host.id }, () => {})
  await joined.host.createTransport()
  const microphoneId = await joined.host.produce('audio', 'microphone', microphone)
  const cameraId = await joined.host.produce('video', 'camera', camera)
  await joined.host.goLive()
  return { showId, host: joined.host, cameraId, microphoneId }
}

const told = (showId: string, is: (layout: StageLayout) => boolean) =>
  until(async () => {
    const layout = await shows.layout.read(tenantId, showId)
    return layout && is(layout) ? layout : null
  }, 6000)

const watch = async (stage: Stage, showId: string, scope: 'main' | 'all') =>
  stage.watch(showId, await world.ticket(showId), offer, scope)

const another = await world.another()
await until(() => world.stage.otherNodes().length > 0 && another.stage.otherNodes().length > 0)
await acquainted(world.deps.ask, another.deps.ask) // a viewer who comes to a node that hears no other is told to wait

test.each([
  ['on one node', world.stage],
  ['on two nodes', another.stage],
])('P4: %s, each is seen and heard beside the other, and the own picture goes on', async (_, there) => {
  const [one, two] = [await onAir(world.stage), await onAir(there)]
  const all = await watch(world.stage, one.showId, 'all')
  const main = await watch(world.stage, one.showId, 'main')
  expect([...all.sourceIds]).toEqual([one.cameraId, one.microphoneId])

  world.battle(one.showId, two.showId)
  for (const [own, rival] of [
    [one, two],
    [two, one],
  ] as const) {
    const layout = await told(
      own.showId,
      (now) => typeof now.rival?.microphone === 'string' && !!now.rival.camera,
    )
    expect(layout.seats.map(({ camera }) => camera)).toEqual([own.cameraId])
    expect(layout.rival).toEqual({
      personId: rival.showId,
      name: 'Host',
      camera: rival.cameraId,
      microphone: rival.microphoneId,
      screen: null,
      muted: false,
    })
  }
  const late = await watch(there, two.showId, 'all')
  expect([...late.sourceIds].sort()).toEqual(
    [one.cameraId, one.microphoneId, two.cameraId, two.microphoneId].sort(),
  )
  const elsewhere = await watch(another.stage, one.showId, 'all')
  expect(elsewhere.sourceIds.has(two.cameraId)).toBe(true)
  expect([main.state, all.state]).toEqual(['offered', 'offered'])
  expect(main.sourceIds.has(two.cameraId)).toBe(false)
  expect(world.stage.main(one.showId)).toEqual({ videoId: one.cameraId, audioIds: [one.microphoneId] })

  await two.host.setPaused(two.microphoneId, true)
  await told(one.showId, ({ rival }) => rival?.muted === true)
  await two.host.closeProducer(two.cameraId)
  await told(one.showId, ({ rival }) => rival?.camera === null)
  const cameraId = await two.host.produce('video', 'camera', camera)
  await told(one.showId, ({ rival }) => rival?.camera === cameraId)

  await new Promise((resolve) => setTimeout(resolve, 1500)) // longer than a pipe stays that nobody uses
  expect((await shows.layout.read(tenantId, one.showId))?.rival?.camera).toBe(cameraId)

  world.battle(one.showId, two.showId, false)
  for (const { showId } of [one, two]) await told(showId, ({ rival }) => rival === undefined)
  expect([main.state, all.state]).toEqual(['offered', 'offered'])
  one.host.leave()
  two.host.leave()
})

test('P4: a rival that drops leaves its place, and is there again when it comes back', async () => {
  const [one, two] = [await onAir(world.stage), await onAir(another.stage)]
  world.battle(one.showId, two.showId)
  await told(one.showId, ({ rival }) => rival?.camera === two.cameraId)
  two.host.leave()
  const away = await told(one.showId, ({ rival }) => rival?.camera === null)
  expect(away.rival).toMatchObject({ personId: two.showId, name: 'Rival', microphone: null })
  const back = await another.stage.join({ tenantId, showId: two.showId, personId: host.id }, () => {})
  await back.host.createTransport()
  const cameraId = await back.host.produce('video', 'camera', camera)
  await back.host.goLive()
  await told(one.showId, ({ rival }) => rival?.camera === cameraId)
  await told(two.showId, ({ rival }) => rival?.camera === one.cameraId)
  world.battle(one.showId, two.showId, false)
})
