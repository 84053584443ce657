import { EventEmitter } from 'node:events'
import type { Consumer, Producer } from 'mediasoup/types'
import { expect, test } from 'vitest'
import { chooseLayer } from './layers.ts'

/** As much of a consumer as choosing a layer touches. */
function consumerOf(type: 'simulcast' | 'simple', layers: number) {
  const asked: number[] = []
  const consumer = Object.assign(new EventEmitter(), {
    type,
    setPreferredLayers: async ({ spatialLayer }: { spatialLayer: number }) => void asked.push(spatialLayer),
  })
  const mirror = { consumableRtpParameters: { encodings: Array.from({ length: layers }, () => ({})) } }
  const choice = chooseLayer(consumer as unknown as Consumer, mirror as unknown as Producer)
  return { asked, choice, firstFrame: () => consumer.emit('layerschange', { spatialLayer: 0 }) }
}

test('the top layer is asked for once something is forwarded, and not before', () => {
  const { asked, firstFrame } = consumerOf('simulcast', 3)
  expect(asked).toEqual([])
  firstFrame()
  firstFrame()
  expect(asked).toEqual([2])
})

test('a wish holds from before the first frame on, and can change', () => {
  const { asked, choice, firstFrame } = consumerOf('simulcast', 3)
  choice.prefer('saver')
  expect(asked).toEqual([])
  firstFrame()
  choice.prefer('standard')
  choice.prefer('auto')
  expect(asked).toEqual([0, 1, 2])
})

test('standard is the only layer where there is one; no simulcast has no layers to choose', () => {
  const single = consumerOf('simulcast', 1)
  single.firstFrame()
  single.choice.prefer('standard')
  expect(single.asked).toEqual([0, 0])
  const simple = consumerOf('simple', 1)
  simple.firstFrame()
  simple.choice.prefer('saver')
  expect(simple.asked).toEqual([])
})

test('what gets through goes before all else, and is asked for once', () => {
  const { asked, choice, firstFrame } = consumerOf('simulcast', 3)
  choice.cap(1)
  firstFrame()
  choice.cap(1)
  choice.cap(0)
  choice.prefer('standard')
  choice.cap(2)
  expect([asked, choice.top]).toEqual([[1, 0, 0, 1], 2])
})

test('what a place on the screen needs goes before what the viewer prefers', () => {
  const { asked, choice, firstFrame } = consumerOf('simulcast', 3)
  choice.bound('saver')
  firstFrame()
  choice.bound('saver')
  choice.bound('standard')
  choice.bound('auto')
  choice.prefer('standard')
  choice.bound('saver')
  expect(asked).toEqual([0, 1, 2, 1, 0])
})
