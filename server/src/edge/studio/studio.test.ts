import uWS from 'uWebSockets.js'
import { joinStage } from '@shelfcast/shared/rpc/studio.ts'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testStage, until } from '../../../test/stage.ts'
import { listen, silentLog } from '../../../test/world.ts'
import type { DeskOrder } from './desk.ts'
import { mountStudio, type Studio } from './index.ts'

const PUBLIC_URL = 'https://shop.example'
const CALLS_MAX = 20

const world = await testStage({ awayAfterMs: 100 })
const { tenantId } = world
const order: DeskOrder = {
  id: 'ord_1',
  tenantId,
  showId: null,
  status: 'paid',
  currency: 'CNY',
  shippingMinor: 0,
  totalMinor: 7900,
  placedAt: 1,
  expiresAt: null,
  paidAt: 2,
  moneyBack: null,
  lines: [],
  buyer: { personId: 'per_buyer', name: 'Buyer' },
  address: { name: 'B**', phone: '138****0000', line: 'CN' },
}
let url: string
let studio: Studio
let slowOrders: Promise<void> = Promise.resolve()
let ordersAsked = 0

beforeAll(async () => {
  const app = uWS.App()
  studio = mountStudio(app, {
    stage: world.stage,
    view: world.shows.view,
    actorOf: world.accounts.sessions.actorOf,
    coHosts: world.coHosts,
    battles: world.deps.battles,
    desk: {
      show: world.shows.get,
      recentOrders: async (_tenantId, showId) => {
        ordersAsked++
        await slowOrders
        return [{ ...order, showId }]
      },
      tipCoins: async () => 66,
    },
    publicUrl: PUBLIC_URL,
    limits: { callBytesMax: 64 * 1024, callsPer10SMax: CALLS_MAX },
    log: silentLog,
  })
  url = await listen(app)
})
afterAll(() => studio.close())

async function connect(personId: string | null, origin: string | null = PUBLIC_URL): Promise<Socket> {
  const cookie = personId === null ? '' : `theme=dark; sid=${await world.accounts.sessions.open(personId)}`
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { cookie, ...(origin === null ? {} : { origin }) },
  })
  afterAll(() => {
    socket.close()
  })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject))
  return socket
}

const code = async (reply: Promise<{ ok: boolean; problem?: { code: string } }>) =>
  (await reply).problem?.code

test.each(['https://evil.example', 'null', null])('origin %s is refused', async (origin) => {
  await expect(connect(world.host.id, origin)).rejects.toThrow('websocket error')
})

test('who is not signed in, or a guest, is told so', async () => {
  const guest = await world.accounts.people.createGuest()
  await expect(connect(null)).rejects.toMatchObject({ data: { code: 'not_signed_in', status: 401 } })
  await expect(connect(guest.id)).rejects.toMatchObject({ data: { code: 'account_needed' } })
})

test('joining gives what mediasoup-client needs, as the contract says', async () => {
  const showId = await world.newShow()
  const socket = await connect(world.host.id)
  const reply = await socket.emitWithAck('stage.join', { tenantId, showId, windowId: 'a window' })
  expect(reply.ok).toBe(true)
  const joined = joinStage.output.parse(reply.data)
  expect(joined).toMatchObject({ show: { id: showId, status: 'scheduled' }, resumed: false, graceMs: 30_000 })
  expect(joined.iceServers[1]).toMatchObject({ username: expect.stringContaining(world.host.id) })
  expect(await socket.emitWithAck('stage.createTransport', {})).toMatchObject({
    ok: true,
    data: { iceParameters: { iceLite: true }, iceCandidates: [{ protocol: 'udp' }, { protocol: 'tcp' }] },
  })
  expect(await code(socket.emitWithAck('stage.goLive', {}))).toBe('media_not_ready')
})

test('who may not is refused: another tenant 404, a missing scope 403', async () => {
  const showId = await world.newShow()
  const stranger = await world.accounts.people.signUp({
    login: 's@example.com',
    password: 'long enough',
    name: 'S',
  })
  const [support, outside] = [await connect(world.support.id), await connect(stranger.id)]
  for (const call of ['stage.join', 'desk.watch']) {
    expect(await code(outside.emitWithAck(call, { windowId: 'a window', tenantId, showId }))).toBe(
      'not_found',
    )
  }
  expect(await code(support.emitWithAck('stage.join', { tenantId, showId, windowId: 'a window' }))).toBe(
    'scope_missing',
  )
  expect(await code(support.emitWithAck('desk.watch', { tenantId, showId: 'shw_none' }))).toBe('not_found')
})

test('calls are checked: shape, name, seat, pace', async () => {
  const socket = await connect(world.host.id)
  const wrong = await socket.emitWithAck('stage.join', { tenantId, windowId: 'a window' })
  expect(wrong.problem).toMatchObject({ code: 'invalid_input', issues: [{ path: 'showId' }] })
  expect(await code(socket.emitWithAck('stage.burnDown', {}))).toBe('unknown_message')
  expect(await code(socket.emitWithAck('constructor', {}))).toBe('unknown_message')
  expect(await code(socket.emitWithAck('stage.goLive', {}))).toBe('not_found')
  for (let i = 4; i < CALLS_MAX; i++) await socket.emitWithAck('stage.goLive', {})
  expect(await code(socket.emitWithAck('stage.goLive', {}))).toBe('too_many_requests')
})

test('an oversized call ends the connection', async () => {
  const socket = await connect(world.host.id)
  socket.emit('stage.join', { tenantId: 'x'.repeat(70_000) })
  await until(() => socket.disconnected)
})

test('a second window is told to the first; a closed socket gives its seat back', async () => {
  const showId = await world.newShow()
  const [first, second] = [await connect(world.host.id), await connect(world.host.id)]
  const left = new Promise((resolve) => first.once('stage.left', resolve))
  await first.emitWithAck('stage.join', { tenantId, showId, windowId: 'a window' })
  await second.emitWithAck('stage.join', { tenantId, showId, windowId: 'another window' })
  expect(await left).toEqual({ reason: 'replaced' })
  expect(await code(first.emitWithAck('stage.goLive', {}))).toBe('not_found')

  const hosts = async () => /shelfcast_stage_hosts (\d+)/.exec(await world.deps.metrics.metrics())![1]
  const before = Number(await hosts())
  second.close()
  await until(async () => Number(await hosts()) === before - 1)
})

test('studios of the shows whose battle moved are told to look, and no others', async () => {
  const [mine, rival, other] = await Promise.all([world.newShow(), world.newShow(), world.newShow()])
  const told: string[] = []
  for (const showId of [mine!, rival!, other!]) {
    const socket = await connect(world.host.id)
    socket.on('stage.battle', () => told.push(showId))
    await socket.emitWithAck('stage.join', { tenantId, showId, windowId: 'a window' })
  }
  world.battle(mine!, rival!)
  await until(() => told.length === 2)
  expect(told.sort()).toEqual([mine, rival].sort())
  world.battle(mine!, rival!, false)
})

test('the desk: orders to who may read them, tips to all, and no event overtakes the first answer', async () => {
  const showId = await world.newShow()
  const [owner, host] = [await connect(world.owner.id), await connect(world.host.id)]
  const heard: string[] = []
  owner.on('desk.order', ({ id }) => heard.push(`owner order ${id}`))
  owner.on('desk.tips', ({ coins }) => heard.push(`owner tips ${coins}`))
  host.on('desk.order', ({ id }) => heard.push(`host order ${id}`))
  host.on('desk.tips', ({ coins }) => heard.push(`host tips ${coins}`))

  const askedBefore = ordersAsked
  let letGo = (): void => {}
  slowOrders = new Promise((resolve) => {
    letGo = resolve
  })
  // With a callback: a promise would settle a turn later than the event that shares its packet.
  const watching = new Promise<{ data: unknown }>((resolve) => {
    owner.emit('desk.watch', { tenantId, showId }, (reply: { data: unknown }) => {
      heard.push('owner answered')
      resolve(reply)
    })
  })
  await until(() => ordersAsked > askedBefore) // from here on the owner watches
  const blind = await host.emitWithAck('desk.watch', { tenantId, showId })
  expect(blind).toEqual({ ok: true, data: { orders: [], tipCoins: 66 } })

  studio.desk.order({ ...order, id: 'ord_2', showId })
  studio.desk.order({ ...order, id: 'ord_3', showId: 'shw_another' })
  studio.desk.order({ ...order, id: 'ord_4' })
  letGo()
  expect((await watching).data).toEqual({ orders: [{ ...order, showId }], tipCoins: 66 })
  studio.desk.tips(showId, 76)
  await until(() => heard.length === 4)
  expect(heard.filter((line) => line.startsWith('owner'))).toEqual([
    'owner answered',
    'owner order ord_2',
    'owner tips 76',
  ])
  expect(heard).toContain('host tips 76')
})
