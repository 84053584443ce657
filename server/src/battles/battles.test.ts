import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { actorOf, commerce } from '../../test/commerce.ts'
import { type Merchant, makeMerchant, makePerson, testLimits } from '../../test/fixtures.ts'
import { silentLog, testDb, testRedis } from '../../test/world.ts'
import { createBattles } from './index.ts'

const db = await testDb()
const shop = commerce(db, await testRedis())
const { rooms, tips, outbox, time, shows } = shop
outbox.start()
const limits = { ...testLimits.battles, scoreEveryMs: 20 }
const battles = createBattles({
  ...{ db, rooms, outbox, shows, limits },
  bus: { publish: async () => 1, subscribe: async () => {} },
  clock: shop.clock,
  log: silentLog,
  key: new Uint8Array(32).fill(3),
})
const moved: string[][] = []
battles.onMoved((showIds) => moved.push([...showIds].sort()))

let one: Merchant
let two: Merchant

/** A second show of the same merchant, on air. */
async function sister({ tenantId, ownerId }: Merchant): Promise<Merchant> {
  const made = await makeMerchant(db)
  const show = await shows.create(tenantId, { title: 'Other', scheduledAt: null, hostIds: [ownerId] })
  await shows.goLive(tenantId, show.id)
  return { ...made, tenantId, ownerId, showId: show.id }
}

beforeEach(async () => {
  one = await makeMerchant(db)
  two = await sister(one)
  moved.length = 0
})
afterEach(() => {
  time.offsetMs = 0
})

const challenge = (from: Merchant, to: Merchant, durationS = 60) =>
  battles.challenge(from, { durationS, rival: { showId: to.showId } })

async function running(durationS = 60): Promise<string> {
  const { id } = await challenge(one, two, durationS)
  await battles.accept({ ...two, battleId: id })
  return id
}

async function fan(coins = 1000, name = 'Fan') {
  const personId = await makePerson(db)
  await db.sql`
    select ledger_transfer('coins', ${personId}, jsonb_build_array(
      ledger_entry(ledger_account('platform', 'shelfcast', 'issued', 'COIN'), ${-coins}, 'COIN'),
      ledger_entry(ledger_account('person', ${personId}, 'wallet', 'COIN'), ${coins}, 'COIN')))`
  return { ...actorOf(personId), name }
}

let keys = 0
const give = (who: Awaited<ReturnType<typeof fan>>, { showId }: Merchant, count = 1) =>
  tips.send(who, showId, { giftId: 'flower', count }, `battle-key-${++keys}`)

/** What a room was told, in order. */
const told = ({ showId }: Merchant, t: 'battle' | 'score') =>
  rooms.published.flatMap(({ showId: at, event }) => (at === showId && event.t === t ? [event] : []))
const statuses = (of: Merchant) =>
  told(of, 'battle').map(({ battle }) => (battle as { status: string }).status)
const lastBattle = (of: Merchant) => told(of, 'battle').at(-1)?.battle
const logged = async ({ showId }: Merchant) =>
  (
    await db.sql<{ event: unknown }[]>`
    select event from room_log where show_id = ${showId} and event->>'t' = 'battle' order by "offset"`
  ).map(({ event }) => event)
const after = (ms: number) => {
  time.offsetMs += ms
}

test('P1: a challenge is seen by both, accepted by the other, and runs in both rooms', async () => {
  const made = await challenge(one, two, 180)
  expect(made).toMatchObject({
    incoming: false,
    durationS: 180,
    rival: { showId: two.showId, title: 'Other' },
  })
  const seen = await battles.openChallenge(two.tenantId, two.showId)
  expect(seen).toMatchObject({ id: made.id, incoming: true, rival: { showId: one.showId, shop: 'Lumen' } })
  expect(await battles.openChallenge('ten_other', two.showId)).toBeNull()
  expect(await battles.roomBattle(one.showId)).toEqual({ battle: null, score: null })

  await battles.accept({ ...two, battleId: made.id })
  expect(moved).toEqual([[one.showId, two.showId].sort(), [one.showId, two.showId].sort()])
  for (const [own, rival] of [
    [one, two],
    [two, one],
  ] as const) {
    const { battle, score } = await battles.roomBattle(own.showId)
    expect(battle).toMatchObject({
      id: made.id,
      status: 'running',
      own: { showId: own.showId },
      rival: { showId: rival.showId },
      result: null,
    })
    expect(battle!.endsAt - battle!.startsAt).toBe(180_000)
    expect(score).toEqual({
      battleId: made.id,
      own: { coins: 0, supporters: [] },
      rival: { coins: 0, supporters: [] },
    })
    expect(lastBattle(own)).toEqual(battle)
    expect(await logged(own)).toEqual(told(own, 'battle'))
    expect((await battles.rivalsOf([own.showId])).get(own.showId)?.showId).toBe(rival.showId)
  }
  expect(await battles.openChallenge(two.tenantId, two.showId)).toBeNull()
})

test('P3: tips move the score of their side in both rooms, and three supporters are named', async () => {
  const battleId = await running()
  const [ann, bo, cy, di] = await Promise.all(['Ann', 'Bo', 'Cy', 'Di'].map((name) => fan(1000, name)))
  await give(ann!, one, 3)
  await give(bo!, one, 5)
  await give(cy!, one, 1)
  await give(di!, one, 2)
  await give(ann!, one, 3)
  await give(ann!, two, 4)
  const own = {
    coins: 140,
    supporters: [
      { name: 'Ann', coins: 60 },
      { name: 'Bo', coins: 50 },
      { name: 'Di', coins: 20 },
    ],
  }
  const rival = { coins: 40, supporters: [{ name: 'Ann', coins: 40 }] }
  await expect.poll(() => told(one, 'score').at(-1)?.score).toEqual({ battleId, own, rival })
  expect(told(two, 'score').at(-1)?.score).toEqual({ battleId, own: rival, rival: own })
  expect((await battles.roomBattle(two.showId)).score).toEqual({ battleId, own: rival, rival: own })
})

test('P1: it ends by itself, its result stands for a while, and then both rooms are as they were', async () => {
  await running(60)
  await give(await fan(), two)
  await battles.advance()
  expect(statuses(one)).toEqual(['running'])
  after(60_000)
  await Promise.all([battles.advance(), battles.advance(), battles.advance()]) // as several processes do
  expect(statuses(one)).toEqual(['running', 'result'])
  expect(lastBattle(one)).toMatchObject({ result: { outcome: 'lost', by: 'time', own: 0, rival: 10 } })
  expect(lastBattle(two)).toMatchObject({ result: { outcome: 'won', by: 'time', own: 10, rival: 0 } })
  await give(await fan(), one, 9)
  expect((await battles.roomBattle(one.showId)).score?.own.coins).toBe(0)

  after(limits.resultMs)
  await battles.advance()
  expect(statuses(two)).toEqual(['running', 'result', 'over'])
  expect(await battles.roomBattle(two.showId)).toEqual({ battle: null, score: null })
  expect((await battles.rivalsOf([one.showId])).size).toBe(0)
  await challenge(two, one)
})

test('P2: the end waits for a tip that is being booked, and has it in its sum', async () => {
  const battleId = await running()
  const who = await fan()
  const tip = { id: 'tip_open', ...one, name: 'Fan', giftId: 'flower', count: 1, coins: 10 }
  let ending: Promise<void> | undefined
  await db.sql.begin(async (open) => {
    await open`
      select send_tip(${who.personId}, 'r', 'k', 'h', ${JSON.stringify(tip)}::text::jsonb, ${new Date(shop.clock.now())})`
    ending = battles.giveUp({ ...two, battleId })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(statuses(one)).toEqual(['running'])
  })
  await ending
  expect(lastBattle(one)).toMatchObject({ status: 'result', result: { own: 10, rival: 0 } })
})

test('what was due while nobody ran is ended by whoever starts first, once', async () => {
  await running(60)
  after(60_000)
  const others = [0, 1].map(() => {
    const bus = { publish: async () => 1, subscribe: async () => {} }
    const key = new Uint8Array(32)
    return createBattles({
      ...{ db, rooms, outbox, shows, limits, bus, key },
      clock: shop.clock,
      log: silentLog,
    })
  })
  await Promise.all(others.map((other) => other.start()))
  await expect.poll(() => statuses(one)).toEqual(['running', 'result'])
  after(limits.resultMs)
  await expect.poll(() => statuses(two), { timeout: 3000 }).toEqual(['running', 'result', 'over'])
  await Promise.all(others.map((other) => other.close()))
})

test('P2: a tip at the last moment counts, one after it does not, whether or not anybody has looked', async () => {
  await running(60)
  const who = await fan()
  after(59_900)
  await give(who, one)
  after(200)
  await give(who, one)
  await battles.advance()
  expect(lastBattle(one)).toMatchObject({ result: { outcome: 'won', own: 10, rival: 0 } })
})

test('equal sums are a draw; who gives up loses, whatever the sums', async () => {
  await running(60)
  after(60_000)
  await battles.advance()
  expect(lastBattle(one)).toMatchObject({ result: { outcome: 'draw', by: 'time' } })
  after(limits.resultMs)
  await battles.advance()

  const battleId = await running(60)
  await give(await fan(), one)
  await battles.giveUp({ ...one, battleId })
  expect(lastBattle(one)).toMatchObject({ result: { outcome: 'lost', by: 'given_up', own: 10, rival: 0 } })
  expect(lastBattle(two)).toMatchObject({ result: { outcome: 'won', by: 'given_up' } })
  await expect(battles.giveUp({ ...two, battleId })).rejects.toMatchObject({ code: 'battle_gone' })
})

test('a show that ends has given up, and a challenge of it is void', async () => {
  await running()
  await shows.end(one.tenantId, one.showId)
  await battles.advance()
  expect(lastBattle(two)).toMatchObject({ status: 'result', result: { outcome: 'won', by: 'show_ended' } })
  const [three, four] = [await sister(one), await sister(one)]
  await challenge(three, four)
  await shows.end(three.tenantId, three.showId)
  await battles.advance()
  expect(await battles.openChallenge(four.tenantId, four.showId)).toBeNull()
  await challenge(four, await sister(one))
})

test('a challenge is declined, taken back or runs out; who did so too often waits before the next one', async () => {
  const first = await challenge(one, two)
  await battles.refuse({ ...two, battleId: first.id })
  await expect(battles.accept({ ...two, battleId: first.id })).rejects.toMatchObject({ code: 'battle_gone' })
  await expect(challenge(one, two)).rejects.toMatchObject({ code: 'too_many_requests' })
  for (let i = 0; i < limits.withdrawnMax; i++) {
    const back = await challenge(two, one)
    await battles.refuse({ ...two, battleId: back.id })
  }
  await expect(challenge(two, one)).rejects.toMatchObject({ code: 'too_many_requests' })
  after(limits.againAfterMs + 1)
  const late = await challenge(one, two)
  after(limits.challengeMs)
  expect(await battles.openChallenge(two.tenantId, two.showId)).toBeNull()
  await expect(battles.accept({ ...two, battleId: late.id })).rejects.toMatchObject({ code: 'battle_gone' })
  await battles.advance()
  const ends = await db.sql<{ by: string }[]>`
    select ended_by as by from battles join battle_sides on battle_id = id where show_id = ${one.showId} order by id`
  expect(ends.map(({ by }) => by)).toEqual(['declined', 'withdrawn', 'withdrawn', 'withdrawn', 'expired'])
  expect(told(one, 'battle')).toEqual([])
  await challenge(one, two)
})

test('a show has one battle or challenge at a time, whoever asks first', async () => {
  const three = await sister(one)
  const all = await Promise.allSettled([
    challenge(one, two),
    challenge(two, one),
    challenge(three, one),
    challenge(two, three),
  ])
  const refusals = all.flatMap((made) => (made.status === 'rejected' ? [made.reason.code] : []))
  expect(refusals).toEqual(['battle_open', 'battle_open', 'battle_open'])
  expect(await battles.rivals(one.tenantId, one.showId)).toHaveLength(2)
})

test('of an acceptance and a withdrawal at once one happens', async () => {
  for (let round = 0; round < 5; round++) {
    const [mine, theirs] = [await sister(one), await sister(one)]
    const { id } = await challenge(mine, theirs)
    const done = await Promise.allSettled([
      battles.accept({ ...theirs, battleId: id }),
      battles.refuse({ ...mine, battleId: id }),
    ])
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const isRunning = (await battles.roomBattle(mine.showId)).battle !== null
    expect(isRunning).toBe(done[0]?.status === 'fulfilled')
  }
})

test('another merchant is challenged by a code of its studio, and by nothing else', async () => {
  const other = await makeMerchant(db)
  await expect(challenge(one, other)).rejects.toMatchObject({ code: 'not_found' })
  await expect(challenge(one, one)).rejects.toMatchObject({ code: 'not_found' })
  const { code } = battles.code(other.showId)
  const by = (code: string) => battles.challenge(one, { durationS: 60, rival: { code } })
  const [showId, until, signature] = code.split('.')
  for (const forged of [
    '',
    showId!,
    `${two.showId}.${until}.${signature}`,
    `${showId}.zzzzzzzzz.${signature}`,
  ]) {
    await expect(by(forged)).rejects.toMatchObject({ code: 'battle_code_invalid' })
  }
  const { id } = await by(code)
  const stranger = { tenantId: two.tenantId, showId: other.showId, battleId: id }
  await expect(battles.accept(stranger)).rejects.toMatchObject({ code: 'not_found' })
  await expect(battles.accept({ ...one, battleId: id })).rejects.toMatchObject({ code: 'not_found' })
  await expect(battles.refuse({ ...two, battleId: id })).rejects.toMatchObject({ code: 'not_found' })
  await battles.accept({ ...other, battleId: id })
  await expect(battles.giveUp(stranger)).rejects.toMatchObject({ code: 'not_found' })
  expect(lastBattle(one)).toMatchObject({ rival: { showId: other.showId } })

  after(limits.codeMs + 1)
  await expect(by(code)).rejects.toMatchObject({ code: 'battle_code_invalid' })
})

test('shows that are not live neither challenge nor accept', async () => {
  const quiet = await makeMerchant(db, 'scheduled')
  await expect(challenge(quiet, one)).rejects.toMatchObject({ code: 'not_found' })
  await shows.hostAway(two.tenantId, two.showId)
  await expect(challenge(one, two)).rejects.toMatchObject({ code: 'show_not_live' })
  await expect(challenge(two, one)).rejects.toMatchObject({ code: 'show_not_live' })
  await expect(
    battles.challenge(one, { durationS: 60, rival: { code: battles.code(quiet.showId).code } }),
  ).rejects.toMatchObject({ code: 'battle_code_invalid' })
  await shows.goLive(two.tenantId, two.showId)
  const { id } = await challenge(one, two)
  await shows.hostAway(one.tenantId, one.showId)
  await expect(battles.accept({ ...two, battleId: id })).rejects.toMatchObject({ code: 'show_not_live' })
})

test('P2: however tips and the end meet, the result is the sum of the tips that count, and no other tip does', async () => {
  const fans = await Promise.all(Array.from({ length: 4 }, () => fan(1_000_000)))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ who: fc.nat(3), side: fc.boolean(), count: fc.integer({ min: 1, max: 9 }) }), {
        minLength: 1,
        maxLength: 14,
      }),
      fc.nat(20),
      fc.constantFrom('time', 'given_up', 'show_ended'),
      async (gifts, endsAfterMs, by) => {
        ;[one, two] = await Promise.all([makeMerchant(db), makeMerchant(db)])
        const { code } = battles.code(two.showId)
        const { id: battleId } = await battles.challenge(one, { durationS: 600, rival: { code } })
        await battles.accept({ ...two, battleId })
        const end = async () => {
          await new Promise((resolve) => setTimeout(resolve, endsAfterMs))
          if (by === 'given_up') return battles.giveUp({ ...one, battleId })
          if (by === 'time') after(600_000)
          else await shows.end(one.tenantId, one.showId)
          await Promise.all([battles.advance(), battles.advance()])
        }
        const sent = gifts.map(({ who, side, count }) => give(fans[who]!, side ? one : two, count))
        const [given] = await Promise.all([Promise.allSettled(sent), end()])
        const accepted = given.filter(({ status }) => status === 'fulfilled')
        const rows = await db.sql<{ showId: string; coins: number; battleId: string | null }[]>`
          select show_id as "showId", coins, battle_id as "battleId" from tips
          where show_id = any(${[one.showId, two.showId]})`
        const sum = (of: Merchant) =>
          rows
            .filter(({ showId, battleId: at }) => showId === of.showId && at === battleId)
            .reduce((total, { coins }) => total + coins, 0)
        expect(rows).toHaveLength(accepted.length)
        expect(rows.every(({ battleId: at }) => at === null || at === battleId)).toBe(true)
        expect(lastBattle(one)).toMatchObject({
          status: 'result',
          result: { own: sum(one), rival: sum(two), by },
        })
        expect(lastBattle(two)).toMatchObject({
          status: 'result',
          result: { own: sum(two), rival: sum(one), by },
        })
        time.offsetMs = 0
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)
