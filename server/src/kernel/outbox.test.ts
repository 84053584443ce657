import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rowsRead } from '../../test/rows-read.ts'
import { silentLog, testDb } from '../../test/world.ts'
import { loadConfig } from '../config.ts'
import type { Db } from './db.ts'
import { createOutbox, type Outbox, type OutboxRow } from './outbox.ts'

const limits = {
  ...loadConfig({ DATABASE_URL: 'postgres://x/y', REDIS_URL: 'redis://x' }).limits.outbox,
  backoffMsMin: 10,
  handlerMsMax: 200,
  attemptsMax: 3,
  pollMs: 20,
}
const db: Db = await testDb()
const open: Outbox[] = []

const outbox = (over: Partial<Record<keyof typeof limits, number>> = {}): Outbox => {
  const made = createOutbox({
    db,
    log: silentLog,
    limits: { ...limits, ...over } as typeof limits,
    metrics: new Registry(),
  })
  open.push(made)
  return made
}
const write = (topic: string, key: string, n: number) =>
  db.sql`insert into outbox (topic, key, payload) values (${topic}, ${key}, ${db.sql.json({ n })})`
/** As a statement of some domain writes rows that are this process's own. */
const writeLeased = (ms: number | null, key: string, n: number) =>
  db.sql<Omit<OutboxRow, 'attempts'>[]>`
    insert into outbox (topic, key, payload, state, attempts, due_at)
    values ('t', ${key}, ${db.sql.json({ n })}, 'leased', 1, now() + ${ms} * interval '1 millisecond')
    returning id, topic, key, payload`
const rows = () => db.sql<{ state: string; attempts: number }[]>`select state, attempts from outbox`

beforeEach(async () => {
  await db.sql`delete from outbox`
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

test('rows of one key come in order and one at a time, those of others side by side', async () => {
  for (let n = 0; n < 60; n++) await write('t', `key-${n % 3}`, n)
  const seen = new Map<string, number[]>()
  const running = new Map<string, number>()
  let together = 0
  const handler = async (payload: Record<string, unknown>, row: { key: string }) => {
    running.set(row.key, (running.get(row.key) ?? 0) + 1)
    expect(running.get(row.key)).toBe(1)
    together = Math.max(together, [...running.values()].filter((count) => count > 0).length)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
    running.set(row.key, 0)
    seen.set(row.key, [...(seen.get(row.key) ?? []), Number(payload.n)])
  }
  const pair = [outbox(), outbox()]
  for (const one of pair) {
    one.on('t', handler)
    one.start()
  }
  await Promise.all(pair.map((one) => one.idle()))
  while ((await rows()).length > 0) await pair[0]!.idle()
  for (const [key, ns] of seen) {
    expect(ns).toEqual(Array.from({ length: 20 }, (_, i) => i * 3 + Number(key.slice(4))))
  }
  expect(together).toBeGreaterThan(1)
})

test('a failing row holds up its key, is tried again, and is dead at last without holding it up any longer', async () => {
  await write('bad', 'k', 1)
  await write('good', 'k', 2)
  const order: string[] = []
  const one = outbox()
  one.on('bad', () => {
    order.push('bad')
    throw new Error('no luck')
  })
  one.on('good', () => {
    order.push('good')
  })
  one.start()
  await expect.poll(() => order.length).toBe(4)
  expect(order).toEqual(['bad', 'bad', 'bad', 'good'])
  await one.idle()
  const [dead] = await db.sql`select state, attempts, last_error from outbox`
  expect(dead).toMatchObject({ state: 'dead', attempts: 3, last_error: 'no luck' })
})

test('a row leased by a process that died is handed out again when the lease ends', async () => {
  await write('t', 'k', 7)
  await db.sql`update outbox set state = 'leased', attempts = 1, due_at = now() + interval '150 milliseconds'`
  const seen: number[] = []
  const one = outbox()
  one.on('t', (payload) => {
    seen.push(Number(payload.n))
  })
  one.start()
  await one.idle()
  expect(seen).toEqual([])
  await expect.poll(() => seen).toEqual([7])
})

test('who outlasts its lease does not finish the row for whom it is handed out to next, and the key waits', async () => {
  await write('t', 'k', 1)
  await write('t', 'k', 2)
  const [slow, next] = [outbox({ leaseMs: 40, batchMax: 1 }), outbox()]
  const began: string[] = []
  let finishSlow = () => {}
  let finishNext = () => {}
  slow.on('t', () => {
    began.push('slow')
    return new Promise<void>((resolve) => (finishSlow = resolve))
  })
  next.on('t', ({ n }) => {
    began.push(`next ${n}`)
    return new Promise<void>((resolve) => (finishNext = resolve))
  })
  slow.start()
  await expect.poll(() => began).toEqual(['slow'])
  next.start()
  await expect.poll(() => began).toEqual(['slow', 'next 1'])
  finishSlow()
  await slow.close()
  await new Promise((resolve) => setTimeout(resolve, 60)) // some polls
  expect(began).toEqual(['slow', 'next 1'])
  expect(await rows()).toHaveLength(2)
  finishNext()
  await expect.poll(() => began).toEqual(['slow', 'next 1', 'next 2'])
  finishNext()
  await expect.poll(rows).toHaveLength(0)
})

test('a handler that hangs is given up in time, and nothing is lost', async () => {
  await write('t', 'k', 1)
  let calls = 0
  const one = outbox({ handlerMsMax: 50 })
  one.on('t', () => {
    calls++
    return calls === 1 ? new Promise<void>(() => {}) : undefined
  })
  one.start()
  await expect.poll(async () => (await rows()).length).toBe(0)
  expect(calls).toBe(2)
})

test('nudge hands a row out at once', async () => {
  const one = outbox({ pollMs: 60_000 })
  const seen: number[] = []
  one.on('t', (payload) => {
    seen.push(Number(payload.n))
  })
  one.start()
  await one.idle()
  await write('t', 'k', 1)
  one.nudge()
  await expect.poll(() => seen).toEqual([1])
})

test('closing waits for what is in hand', async () => {
  await write('t', 'k', 1)
  let done = false
  const one = outbox()
  const started = new Promise<void>((resolve) => {
    one.on('t', async () => {
      resolve()
      await new Promise((later) => setTimeout(later, 60))
      done = true
    })
  })
  one.start()
  await started
  await one.close()
  expect(done).toBe(true)
  expect(await rows()).toHaveLength(0)
})

test('batchMax: so many rows are in hand at most, and all are done in the end', async () => {
  for (let n = 0; n < 20; n++) await write('t', `key-${n}`, n)
  let inHand = 0
  let most = 0
  const one = outbox({ batchMax: 3 })
  one.on('t', async () => {
    most = Math.max(most, ++inHand)
    await new Promise((resolve) => setTimeout(resolve, 5))
    inHand--
  })
  one.start()
  await expect.poll(async () => (await rows()).length).toBe(0)
  expect(most).toBe(3)
})

test('a claim reads what it claims and little else, though its plan was made for an empty table', async () => {
  await db.sql`vacuum analyze outbox`
  await db.sql`
    insert into outbox (topic, key, payload) select 't', 'key-' || n % 2000, '{}' from generate_series(1, 3000) n`
  const read = await rowsRead(db, ['outbox'], async ({ sql }) => {
    const claimed = await sql`select key from claim_outbox(100, interval '1 minute')`
    expect(new Set(claimed.map(({ key }) => key)).size).toBe(100)
  })
  expect(read).toBeLessThan(1000)
})

test('what was written on a lease is handed out once, and by no other process', async () => {
  const seen: string[] = []
  const [own, other] = [outbox(), outbox()]
  for (const [name, one] of [['own', own] as const, ['other', other] as const]) {
    one.on('t', (payload, row) => {
      seen.push(`${name} ${payload.n} ${row.attempts}`)
    })
    one.start()
  }
  const lease = own.lease(1)
  const written = await writeLeased(lease.ms, 'k', 7)
  await other.idle()
  expect(seen).toEqual([])
  lease.take(written)
  await own.idle()
  expect(seen).toEqual(['own 7 1'])
  expect(await rows()).toHaveLength(0)
})

test('a row on a lease that fails is tried again, and holds up its key meanwhile', async () => {
  const seen: string[] = []
  const one = outbox()
  one.on('t', (payload, row) => {
    seen.push(`${payload.n} ${row.attempts}`)
    if (row.attempts === 1 && payload.n === 1) throw new Error('no luck')
  })
  one.start()
  const lease = one.lease(1)
  const written = await writeLeased(lease.ms, 'k', 1)
  await write('t', 'k', 2)
  await one.idle()
  lease.take(written)
  await expect.poll(() => seen).toEqual(['1 1', '1 2', '2 1'])
})

test('rows of a process that died before they were handed over are claimed when their lease ends', async () => {
  const dead = outbox({ leaseMs: 150 })
  dead.start()
  await writeLeased(dead.lease(1).ms, 'k', 7)
  await dead.close()
  const seen: number[] = []
  const one = outbox()
  one.on('t', (_payload, row) => {
    seen.push(row.attempts)
  })
  one.start()
  await one.idle()
  expect(seen).toEqual([])
  await expect.poll(() => seen).toEqual([2])
})

test('ownMax: beyond it there is no lease, nor where nobody would see to the rows', async () => {
  const one = outbox({ ownMax: 3 })
  expect(one.lease(1).ms).toBeNull() // not started
  one.start()
  const [first, second] = [one.lease(2), one.lease(1)]
  expect([first.ms, second.ms, one.lease(1).ms]).toEqual([limits.leaseMs, limits.leaseMs, null])
  first.take(await writeLeased(first.ms, 'k', 1)) // one of the two came to nothing
  second.take([])
  expect([one.lease(3).ms, one.lease(2).ms]).toEqual([null, limits.leaseMs])
  await one.close()
  expect(one.lease(1).ms).toBeNull()
})
