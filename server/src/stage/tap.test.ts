import { expect, test } from 'vitest'
import { freePort } from '../../test/ports.ts'
import { testStage } from '../../test/stage.ts'
import type { ShowSources } from './index.ts'

const world = await testStage({ awayAfterMs: 100 })

test('layerMsMax: the best layer of a simulcast that does not come is waited for so long, and not longer', async () => {
  let sources: ShowSources | null = null
  world.stage.onSources((now) => {
    sources = now
  })
  const { showId } = await world.onAir() // whose camera has three layers and sends nothing
  const videoId = (sources as ShowSources | null)?.seats[0]?.pictures[0]?.videoId
  expect(videoId).toBeTruthy()
  const tap = await world.stage.tapVideo(showId, videoId!, await freePort())
  const before = performance.now()
  await tap.flow(300)
  const waitedMs = performance.now() - before
  expect(waitedMs).toBeGreaterThan(290)
  expect(waitedMs).toBeLessThan(3000)
  tap.close()
})
