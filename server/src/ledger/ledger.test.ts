import fc from 'fast-check'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { testLimits } from '../../test/fixtures.ts'
import { testDb } from '../../test/world.ts'
import { violatedConstraint } from '../kernel/db.ts'
import { newId } from '../kernel/ids.ts'
import { createLog } from '../kernel/log.ts'
import { createLedger } from './index.ts'

const db = await testDb()
const metrics = new Registry()
const logged: string[] = []
const log = createLog('error', { write: (line) => logged.push(line) })
const time = { offsetMs: 0 }
const clock = { now: () => Date.now() + time.offsetMs }
const limits = { ...testLimits.ledger, settledAfterMs: 0 }
const ledger = createLedger({ db, clock, log, metrics, limits })

type Entry = { account: string; amount: number; currency: string }

const account = async (owner: string, currency = 'CNY'): Promise<string> =>
  (await db.sql<{ id: string }[]>`select ledger_account('person', ${owner}, 'wallet', ${currency}) as id`)[0]!
    .id
const transfer = (entries: Entry[], ref = newId('log')) =>
  db.sql<{ id: string }[]>`select ledger_transfer('test', ${ref}, ${db.sql.json(entries)}) as id`
const balance = (ownerId: string) =>
  ledger.balance({ ownerKind: 'person', ownerId, kind: 'wallet', currency: 'CNY' })

test('random transfers: balances are the sums of their entries, and all of them sum to zero', async () => {
  const owners = ['a', 'b', 'c']
  const accounts = new Map(
    await Promise.all(owners.map(async (owner) => [owner, await account(owner)] as const)),
  )
  const expected = new Map(owners.map((owner) => [owner, 0]))
  const moves = fc.array(
    fc.record({
      from: fc.constantFrom(...owners),
      to: fc.constantFrom(...owners),
      amount: fc.integer({ min: 1, max: 1e9 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  await fc.assert(
    fc.asyncProperty(moves, async (made) => {
      const entries = made.flatMap(({ from, to, amount }) => [
        { account: accounts.get(from)!, amount: -amount, currency: 'CNY' },
        { account: accounts.get(to)!, amount, currency: 'CNY' },
      ])
      await transfer(entries)
      for (const { from, to, amount } of made) {
        expected.set(from, expected.get(from)! - amount)
        expected.set(to, expected.get(to)! + amount)
      }
      for (const owner of owners) expect(await balance(owner)).toBe(expected.get(owner))
      expect(await ledger.trialBalance()).toEqual(new Map([['CNY', 0]]))
    }),
    { numRuns: 40 },
  )
  expect(await metrics.metrics()).toContain('shelfcast_ledger_imbalance{currency="CNY"} 0')
})

test('what does not sum to zero in every currency is refused as a whole', async () => {
  const [cny, other, coins] = [await account('d'), await account('e'), await account('d', 'COIN')]
  const before = await balance('d')
  const entry = (id: string, amount: number, currency = 'CNY'): Entry => ({ account: id, amount, currency })
  for (const entries of [
    [entry(cny, 5), entry(other, -4)],
    [entry(cny, 5), entry(coins, -5, 'COIN')],
    [entry(cny, 5), entry(coins, -5)], // in another currency than its account
    [entry(cny, 0), entry(other, 0)],
  ]) {
    const error = await transfer(entries).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(violatedConstraint(error)).toMatch(/^ledger_/)
  }
  expect(await balance('d')).toBe(before)
})

test('a transfer happens once per reference', async () => {
  const [from, to] = [await account('f'), await account('g')]
  const entries = [
    { account: from, amount: -7, currency: 'CNY' },
    { account: to, amount: 7, currency: 'CNY' },
  ]
  const ref = newId('log')
  const ids = await Promise.all(Array.from({ length: 6 }, async () => (await transfer(entries, ref))[0]!.id))
  expect(new Set(ids).size).toBe(1)
  expect(await balance('g')).toBe(7)
})

test('nothing that was booked can be changed or taken back', async () => {
  await expect(db.sql`update ledger_entries set amount_minor = 1`).rejects.toThrow('append-only')
  await expect(db.sql`delete from ledger_transfers`).rejects.toThrow('append-only')
})

test('what was booked one-sidedly behind the triggers is found, named and logged, also in what was counted before', async () => {
  /** Only a superuser can do this to a ledger. */
  const behindTheTriggers = (work: string) =>
    db.sql.unsafe(`set session_replication_role = replica; ${work}; set session_replication_role = origin`)
  const one = await account('h')
  const [transfer] = await sevenFrom('h', 'i')
  logged.length = 0
  expect((await ledger.trialBalance()).get('CNY')).toBe(0)
  await behindTheTriggers(
    `insert into ledger_entries (id, transfer_id, account_id, amount_minor, currency)
     values ('ent_forged', '${transfer!.id}', '${one}', 3, 'CNY')`,
  )
  expect((await ledger.trialBalance()).get('CNY')).toBe(3)
  expect(logged.join()).toContain('does not sum to zero')
  expect(await metrics.metrics()).toContain('shelfcast_ledger_imbalance{currency="CNY"} 3')
  await behindTheTriggers(`delete from ledger_entries where id = 'ent_forged'`)
  time.offsetMs += limits.recountMs // what was counted is counted again
  expect((await ledger.trialBalance()).get('CNY')).toBe(0)
  await behindTheTriggers(
    `update ledger_entries set amount_minor = 8 where transfer_id = '${transfer!.id}' and amount_minor = 7`,
  )
  expect((await ledger.trialBalance()).get('CNY')).toBe(0)
  time.offsetMs += limits.recountMs
  logged.length = 0
  expect((await ledger.trialBalance()).get('CNY')).toBe(1)
  expect(logged.join()).toContain(transfer!.id)
})

const sevenFrom = async (from: string, to: string) =>
  transfer([
    { account: await account(from), amount: -7, currency: 'CNY' },
    { account: await account(to), amount: 7, currency: 'CNY' },
  ])
