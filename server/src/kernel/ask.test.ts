import { Registry } from 'prom-client'
import { afterAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { silentLog, testRedis } from '../../test/world.ts'
import { asking, createAsk } from './ask.ts'
import { createBus } from './bus.ts'
import { Fault } from './errors.ts'
import { createFanOut } from './redis.ts'

/** Questions between nodes on a real Redis. */

const redis = await testRedis()
const limits = { deadlineMs: 300, pendingMax: 3, answeringMax: 2 }
const busLimits = {
  echoMs: 50,
  stalledMs: 1000,
  subscribeMsMax: 300,
  messageBytesMax: 1000,
  unansweredMax: 100,
}

async function node() {
  const bus = createBus({
    ...createFanOut([], redis, silentLog),
    log: silentLog,
    metrics: new Registry(),
    limits: busLimits,
  })
  const ask = createAsk({ bus, log: silentLog, limits })
  await ask.start()
  await vi.waitUntil(() => bus.isWhole, 10_000)
  afterAll(() => {
    ask.close()
    bus.close()
  })
  return { ...ask, bus }
}

const twice = asking({ name: 'twice', input: z.object({ n: z.int() }), output: z.object({ n: z.int() }) })
const wait = asking({ name: 'wait', input: z.object({}), output: z.null() })
const refuse = asking({ name: 'refuse', input: z.object({}), output: z.null() })
const fault = (code: string, more = {}) => expect.objectContaining({ code, ...more })

const [a, b] = [await node(), await node()]
const waiting: (() => void)[] = []
const release = () => {
  for (const go of waiting.splice(0)) go()
}
for (const one of [a, b]) {
  one.answer(twice, async ({ n }) => ({ n: 2 * n }))
  one.answer(wait, () => new Promise((resolve) => waiting.push(() => resolve(null))))
}

test('a node answers another, and itself without the bus', async () => {
  expect(await a.ask(b.node, twice, { n: 21 })).toEqual({ n: 42 })
  expect(await a.ask(a.node, twice, { n: 4 })).toEqual({ n: 8 })
  const both = await Promise.all([1, 2].map((n) => b.ask(a.node, twice, { n })))
  expect(both.map(({ n }) => n)).toEqual([2, 4])
})

test('a refusal comes back as it was; what fails tells nothing of its insides', async () => {
  b.answer(refuse, async () => {
    throw new Fault('stage_full', { detail: 'no room', retryAfterMs: 5000, extra: { left: 0 } })
  })
  const told = { more: { detail: 'no room', retryAfterMs: 5000, extra: { left: 0 } } }
  await expect(a.ask(b.node, refuse, {})).rejects.toEqual(fault('stage_full', told))
  b.answer(refuse, async () => {
    throw new Error('the password is 1234')
  })
  await expect(a.ask(b.node, refuse, {})).rejects.toEqual(fault('internal', { more: {} }))
  await expect(
    a.ask(b.node, asking({ name: 'unheard of', input: z.null(), output: z.null() }), null),
  ).rejects.toEqual(fault('unknown_message'))
})

test('what is asked, and what is answered, is parsed', async () => {
  const wrong = asking({ name: 'twice', input: z.object({ n: z.string() }), output: z.null() })
  await expect(a.ask(b.node, wrong, { n: 'x' })).rejects.toEqual(fault('internal'))
  const other = asking({ name: 'twice', input: z.object({ n: z.int() }), output: z.string() })
  await expect(a.ask(b.node, other, { n: 1 })).rejects.toThrow(z.core.$ZodError)
  await redis.spublish(`ask:${b.node}`, 'someone\n{"is":"nonsense"}')
  await redis.spublish(`ask:${b.node}`, 'someone\nno JSON')
  expect(await a.ask(b.node, twice, { n: 1 })).toEqual({ n: 2 })
})

test('deadlineMs: who does not answer in time is unavailable; a late answer is passed over', async () => {
  const startedAt = performance.now()
  await expect(a.ask(b.node, wait, {})).rejects.toEqual(fault('unavailable'))
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(limits.deadlineMs - 10)
  await expect(a.ask('nod_gone', twice, { n: 1 })).rejects.toEqual(fault('unavailable'))
  release()
  expect(await a.ask(b.node, twice, { n: 1 })).toEqual({ n: 2 })
})

test('answeringMax: a node answers so many at once, and refuses one more', async () => {
  const held = [a.ask(b.node, wait, {}), a.ask(b.node, wait, {})]
  await expect.poll(() => waiting.length).toBe(2)
  await expect(a.ask(b.node, twice, { n: 1 })).rejects.toEqual(
    fault('unavailable', { more: expect.objectContaining({ detail: expect.stringContaining('too much') }) }),
  )
  release()
  await Promise.all(held)
  expect(await a.ask(b.node, twice, { n: 1 })).toEqual({ n: 2 })
})

test('pendingMax: so many questions wait for answers; one more is not sent', async () => {
  const silent = [1, 2, 3].map((n) => a.ask('nod_silent', twice, { n }))
  for (const one of silent) one.catch(() => {})
  await expect(a.ask(b.node, twice, { n: 1 })).rejects.toEqual(
    fault('unavailable', { more: expect.objectContaining({ detail: expect.stringContaining('too many') }) }),
  )
  await Promise.allSettled(silent)
  expect(await a.ask(b.node, twice, { n: 1 })).toEqual({ n: 2 })
})

test('what the bus does not take is unavailable at once', async () => {
  const startedAt = performance.now()
  const long = asking({ name: 'long', input: z.string(), output: z.null() })
  await expect(a.ask(b.node, long, 'x'.repeat(2000))).rejects.toEqual(fault('unavailable'))
  expect(performance.now() - startedAt).toBeLessThan(limits.deadlineMs)
})

test('a node that goes away lets go of who waits', async () => {
  const c = await node()
  const pending = c.ask('nod_silent', twice, { n: 1 })
  c.close()
  await expect(pending).rejects.toEqual(fault('unavailable'))
})
