import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { chatEvent, limits } from '../../test/rooms.ts'
import { silentLog } from '../../test/world.ts'
import { Relay } from './relay.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const SHOW = 'shw_relay'
const elsewhere = { event: () => {}, tell: () => {}, evict: () => {}, likes: () => {} }

/** A relay on a bus whose answers come when they are given. */
async function relayed() {
  const answers: ((others: number | null) => void)[] = []
  let say: (text: string) => void = () => {}
  const bus = {
    ...{ node: 'nod_own', isWhole: true, messageBytesMax: 10_000 },
    publish: () => new Promise<number | null>((resolve) => answers.push(resolve)),
    subscribe: async (_: string, listener: (text: string) => void) => {
      say = listener
    },
    ...{ unsubscribe: () => {}, onWhole: () => {}, close: () => {} },
  }
  const relay = new Relay({
    ...{ bus, log: silentLog, limits: limits.rooms, clock: { now: Date.now }, drops: { add: () => {} } },
    wantsFlush: (waiting) => void waiting.flush(),
    displayPerS: () => Number.POSITIVE_INFINITY,
    isHeard: () => false,
  })
  await relay.open(SHOW, elsewhere)
  const answer = async (others: number | null) => {
    answers.shift()!(others)
    await vi.advanceTimersByTimeAsync(1)
  }
  await answer(0)
  return { relay, answers, answer, hear: (text: string) => say(text) }
}

test('N1: chat stays while nobody listens, and is sent again for whoever says so', async () => {
  const { relay, answers, answer, hear } = await relayed()
  relay.publish(SHOW, chatEvent(), 0)
  await answer(0)
  relay.publish(SHOW, chatEvent(), 0)
  expect(answers).toHaveLength(0)
  hear('{"is":"here"}')
  relay.publish(SHOW, chatEvent(), 0)
  expect(answers).toHaveLength(1)
})

test('N1: what was counted before a node said that it listens does not count', async () => {
  const { relay, answers, answer, hear } = await relayed()
  relay.publish(SHOW, chatEvent(), 0)
  await vi.advanceTimersByTimeAsync(1)
  hear('{"is":"here"}')
  await answer(0)
  relay.publish(SHOW, chatEvent(), 0)
  expect(answers).toHaveLength(1)
})
