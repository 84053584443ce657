import { signal } from '@preact/signals'
import { ERRORS, type ErrorCode } from '@shelfcast/shared/errors.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError, NetworkError } from '../../kit/api.ts'
import type { CallName, CallOutput, Rpc, RpcEvents, RpcStatus } from '../../kit/rpc/rpc.ts'
import type { Outgoing } from './publisher.ts'
import { createStage } from './stage.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

type Show = CallOutput<'stage.goLive'>
const NOTHING: Outgoing = { camera: null, microphone: null, screen: null, silent: false }

const show = (status: Show['status']): Show => ({
  id: 'shw',
  tenantId: 'ten',
  title: 'Show',
  status,
  hostAway: false,
  scheduledAt: null,
  startedAt: null,
  endedAt: null,
  pinnedItemId: null,
  chatLinesPerS: null,
  hosts: [],
  description: '',
  coverId: null,
  coverUrl: null,
})

const refusal = (code: ErrorCode, extra: Record<string, unknown> = {}) =>
  new ApiError({ type: code, title: code, status: 409, code, retry: ERRORS[code].retry, extra })

/** A stage with a server in a few lines: it answers calls from a table and can go away. */
function world() {
  const status = signal<RpcStatus>('connecting')
  const calls: CallName[] = []
  const takeOvers: boolean[] = []
  const ups = new Set<() => void>()
  const left = new Set<(event: RpcEvents['stage.left']) => void>()
  const server = {
    resumed: false,
    status: 'scheduled' as Show['status'],
    refuses: new Map<CallName, Error>(),
  }
  const answers: Partial<Record<CallName, () => unknown>> = {
    'stage.join': () => ({
      show: show(server.status),
      routerRtpCapabilities: {},
      iceServers: [],
      resumed: server.resumed,
      graceMs: 30_000,
      member: true,
    }),
    'stage.goLive': () => show('live'),
    'stage.attend': () => ({ show: show('live'), member: true }),
  }
  const rpc: Rpc = {
    status,
    refusal: signal(null),
    async call<N extends CallName>(name: N, input: unknown) {
      calls.push(name)
      if (name === 'stage.join') takeOvers.push((input as { takeOver?: boolean }).takeOver ?? false)
      const error = server.refuses.get(name)
      if (error) throw error
      return answers[name]?.() as CallOutput<N> // the table above is the server here
    },
    on(event, listener) {
      if (event === 'stage.left') left.add(listener as (event: RpcEvents['stage.left']) => void)
      return () => undefined
    },
    onUp(listener) {
      ups.add(listener)
      return () => ups.delete(listener)
    },
    close: () => undefined,
  }
  const publishers: { broken: () => void; closed: boolean }[] = []
  const failures: unknown[] = []
  const stage = createStage({
    tenantId: 'ten',
    showId: 'shw',
    windowId: 'this window',
    rpc,
    async openPublisher(_rpc, _joined, onBroken) {
      const publisher = { broken: onBroken, closed: false }
      publishers.push(publisher)
      return {
        send: async () => undefined,
        close: () => {
          publisher.closed = true
        },
      }
    },
    outgoing: async () => NOTHING,
    onFailure: (error) => failures.push(error),
  })
  const settle = () => vi.advanceTimersByTimeAsync(0)
  return {
    stage,
    takeOvers,
    server,
    calls,
    publishers,
    failures,
    at: () => stage.phase.value.at,
    settle,
    async up() {
      status.value = 'up'
      for (const listener of ups) listener()
      await settle()
    },
    down() {
      status.value = 'down'
    },
    leave(reason: RpcEvents['stage.left']['reason']) {
      for (const listener of left) listener({ reason })
    },
  }
}

async function onAir() {
  const made = world()
  await made.up()
  await made.stage.goLive()
  expect(made.at()).toBe('live')
  made.server.resumed = true
  return made
}

test('joins, waits for the host, and goes live when told to', async () => {
  const { stage, up, at, calls } = world()
  expect(at()).toBe('joining')
  await up()
  expect(at()).toBe('ready')
  await stage.goLive()
  expect(at()).toBe('live')
  expect(stage.show.value?.status).toBe('live')
  expect(calls).toEqual(['stage.join', 'stage.goLive'])
})

test('after a reload the show goes on without a click', async () => {
  const { server, up, at } = world()
  server.resumed = true
  await up()
  expect(at()).toBe('live')
})

test('a lost connection counts down with the viewers and comes back on air', async () => {
  const { stage, up, down, at, publishers, calls } = await onAir()
  down()
  expect(stage.phase.value).toEqual({ at: 'recovering', deadline: performance.now() + 30_000 })
  expect(publishers[0]?.closed).toBe(true)
  await up()
  expect(at()).toBe('live')
  expect(calls.filter((name) => name === 'stage.join')).toHaveLength(2)
})

test('comes back on air even where the server did not notice that the host was gone', async () => {
  const { server, up, down, at } = await onAir()
  server.resumed = false
  down()
  await up()
  expect(at()).toBe('live')
})

test('media that no longer reaches the server is sent anew', async () => {
  const { at, publishers, settle } = await onAir()
  publishers[0]?.broken()
  await settle()
  expect(at()).toBe('live')
  expect(publishers).toHaveLength(2)
  publishers[0]?.broken() // an old one has no say any more
  await settle()
  expect(publishers).toHaveLength(2)
})

test('a show that ended meanwhile is over, and stays so', async () => {
  const { server, up, down, at } = await onAir()
  down()
  server.refuses.set('stage.join', refusal('show_ended'))
  await up()
  expect(at()).toBe('ended')
  await up()
  expect(at()).toBe('ended')
})

test('another window takes over; this one waits until it is asked back', async () => {
  const { stage, up, leave, at, publishers, settle } = await onAir()
  leave('replaced')
  expect(at()).toBe('replaced')
  expect(publishers[0]?.closed).toBe(true)
  await up()
  expect(at()).toBe('replaced')
  stage.takeOver()
  await settle()
  expect(at()).toBe('live')
})

test('a server that goes away is followed to the next', async () => {
  const { up, down, leave, at } = await onAir()
  leave('drained')
  expect(at()).toBe('recovering')
  down()
  await up()
  expect(at()).toBe('live')
})

test('media that the server lost is sent anew over the same connection', async () => {
  const { leave, at, publishers, settle } = await onAir()
  leave('media_lost')
  expect(at()).toBe('recovering')
  expect(publishers[0]?.closed).toBe(true)
  await vi.advanceTimersByTimeAsync(500)
  await settle()
  expect(at()).toBe('live')
  expect(publishers).toHaveLength(2)
})

test('a window that finds another one on stage asks before it takes over', async () => {
  const { stage, server, up, at, settle, takeOvers } = world()
  server.refuses.set('stage.join', refusal('host_elsewhere'))
  await up()
  expect(at()).toBe('elsewhere')
  await up()
  expect(at()).toBe('elsewhere')
  server.refuses.clear()
  stage.takeOver()
  await settle()
  expect(at()).toBe('ready')
  expect(takeOvers).toEqual([false, true])
})

test('beside an encoder this window runs the show, comes back to that, and sends when it is told to', async () => {
  const { stage, server, calls, up, down, at, settle, takeOvers, publishers } = world()
  server.refuses.set('stage.join', refusal('host_elsewhere', { by: 'encoder' }))
  await up()
  expect(at()).toBe('beside')
  expect(stage.member.value).toBe(true)
  down()
  await up()
  expect(at()).toBe('beside')
  expect(calls).toEqual(['stage.join', 'stage.attend', 'stage.attend'])
  server.refuses.clear()
  server.resumed = true
  stage.takeOver()
  await settle()
  expect(at()).toBe('live')
  expect(takeOvers).toEqual([false, true])
  expect(publishers).toHaveLength(1)
})

test('an encoder that takes the seat leaves this window the show, whether it was on air or not', async () => {
  const { leave, at, publishers, settle } = await onAir()
  leave('encoder')
  await settle()
  expect(at()).toBe('beside')
  expect(publishers[0]?.closed).toBe(true)
})

test('a refused seat is told, and can be asked for again', async () => {
  const { stage, server, up, at, settle } = world()
  server.refuses.set('stage.join', refusal('host_seat_taken'))
  await up()
  expect(at()).toBe('refused')
  server.refuses.clear()
  stage.retry()
  await settle()
  expect(at()).toBe('ready')
})

test('a refusal to go live gives the button back with a reason', async () => {
  const { stage, server, up, at, failures } = world()
  await up()
  const error = refusal('show_transition_refused')
  server.refuses.set('stage.goLive', error)
  await stage.goLive()
  expect(at()).toBe('ready')
  expect(failures).toEqual([error])
})

test('no answer while the connection is up is tried again, later', async () => {
  const { server, up, at, calls } = world()
  server.refuses.set('stage.join', new NetworkError('slow'))
  await up()
  expect(at()).toBe('joining')
  server.refuses.clear()
  await vi.advanceTimersByTimeAsync(1000)
  expect(at()).toBe('ready')
  expect(calls).toEqual(['stage.join', 'stage.join'])
})
