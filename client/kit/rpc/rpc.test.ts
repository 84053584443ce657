import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Problem } from '@shelfcast/shared/errors.ts'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { afterEach, expect, test, vi } from 'vitest'
import { ApiError, NetworkError } from '../api.ts'
import { connectRpc } from './rpc.ts'

const problem = (code: Problem['code'], retry = false): Problem => ({
  type: code,
  title: code,
  status: 403,
  code,
  retry,
})

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A real socket.io server, and a client of ours. */
async function world(admit: (attempt: number) => Problem | null = () => null) {
  const http = createServer()
  const server = new Server(http, { transports: ['websocket'] })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  let attempts = 0
  server.use((_, next) => {
    const refusal = admit(++attempts)
    next(refusal ? Object.assign(new Error('refused'), { data: refusal }) : undefined)
  })
  server.on('connection', (socket) => {
    socket.on('stage.setPaused', (input: { producerId: string }, reply: (answer: unknown) => void) => {
      if (input.producerId === 'gone') reply({ ok: false, problem: problem('not_found') })
      else if (input.producerId === 'drop') socket.conn.close()
      else reply({ ok: true, data: null })
    })
  })
  const rpc = connectRpc(
    io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      reconnectionDelay: 20,
      reconnectionDelayMax: 20,
    }),
  )
  closers.push(
    () => server.close(),
    () => rpc.close(),
  )
  return { rpc, server }
}

const until = (status: string, rpc: Awaited<ReturnType<typeof world>>['rpc']) =>
  vi.waitFor(() => expect(rpc.status.value).toBe(status), { timeout: 8000 })

test('a call gives its answer, and a refusal throws with its problem', async () => {
  const { rpc } = await world()
  expect(rpc.status.value).toBe('connecting')
  await until('up', rpc)
  expect(await rpc.call('stage.setPaused', { producerId: 'p', paused: true })).toBeNull()
  const refused = await rpc
    .call('stage.setPaused', { producerId: 'gone', paused: true })
    .catch((error) => error)
  expect(refused).toBeInstanceOf(ApiError)
  expect(refused.problem.code).toBe('not_found')
})

test('a call on a broken connection fails at once, is not sent later, and `onUp` follows', async () => {
  const { rpc } = await world()
  let ups = 0
  rpc.onUp(() => ups++)
  await until('up', rpc)
  const lost = rpc.call('stage.setPaused', { producerId: 'drop', paused: true })
  await expect(lost).rejects.toBeInstanceOf(NetworkError)
  expect(rpc.status.value).toBe('down')
  const early = rpc.call('stage.setPaused', { producerId: 'p', paused: true })
  await expect(early).rejects.toBeInstanceOf(NetworkError)
  await until('up', rpc)
  expect(ups).toBe(2)
})

test('`onUp` runs at once where the connection is up already', async () => {
  const { rpc } = await world()
  await until('up', rpc)
  const listener = vi.fn()
  rpc.onUp(listener)
  expect(listener).toHaveBeenCalledOnce()
})

test('events reach their listeners until they stop listening', async () => {
  const { rpc, server } = await world()
  await until('up', rpc)
  const heard: string[] = []
  const stop = rpc.on('stage.left', ({ reason }) => heard.push(reason))
  server.emit('stage.left', { reason: 'replaced' })
  await vi.waitFor(() => expect(heard).toEqual(['replaced']))
  stop()
  server.emit('stage.left', { reason: 'ended' })
  await rpc.call('stage.setPaused', { producerId: 'p', paused: true })
  expect(heard).toEqual(['replaced'])
})

test('who is not let in is told why, for good', async () => {
  const { rpc } = await world(() => problem('account_needed'))
  await until('refused', rpc)
  expect(rpc.refusal.value?.code).toBe('account_needed')
})

test('a server that is not ready is asked again', { timeout: 10_000 }, async () => {
  const { rpc } = await world((attempt) => (attempt === 1 ? problem('unavailable', true) : null))
  await until('up', rpc)
  expect(rpc.refusal.value).toBeNull()
})

test('a server that closes the connection is come back to', { timeout: 10_000 }, async () => {
  const { rpc, server } = await world()
  await until('up', rpc)
  const seen: string[] = []
  rpc.status.subscribe((status) => {
    seen.push(status) // each of them: the way down and up again is quicker than a poll
  })
  server.disconnectSockets()
  await vi.waitFor(() => expect(seen).toEqual(['up', 'down', 'up']), { timeout: 8000 })
})
