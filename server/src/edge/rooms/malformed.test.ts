import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ERRORS, type ErrorEntry } from '@shelfcast/shared/errors.ts'
import { beforeAll, expect, test } from 'vitest'
import { mutate, numbers } from '../../../test/mutate.ts'
import { joinWith, type SocketWorld, socketWorld, Wire } from '../../../test/roomSocket.ts'
import { Fault } from '../../kernel/errors.ts'
import { decodeUp } from './decode.ts'

const collect = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

function heldMb(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}

const random = (below: (n: number) => number): Buffer =>
  Buffer.from(Array.from({ length: below(200) }, () => below(256)))

/** Rule E1: the server never fails for what it is sent. */

const FRAMES_DECODED = 60_000
const CONNECTIONS = 400
const FRAMES_A_CONNECTION = 100
const UPGRADES = 1000
/** What the process may hold after all of them beyond what it held before. */
const GROWN_MB_MAX = 10

let world: SocketWorld
beforeAll(async () => {
  world = await socketWorld({ messagesPer10SMax: 1e6, upgradesPerSMax: 1e6 })
})

async function isAlive(): Promise<void> {
  const { wire } = await world.joined('ben')
  wire.send({ t: 'say', id: 'alive', text: 'still here' })
  expect(await wire.get('ack')).toMatchObject({ ok: true })
  wire.socket.close()
  await wire.close()
}

function goodFrames(ticket: string): string[] {
  return [
    joinWith(ticket),
    joinWith(ticket, { resume: [1, 0] }),
    { t: 'say', id: 'x', text: 'hello' },
    { t: 'like', count: 3 },
    { t: 'clock', sent: 1 },
    { t: 'refresh', id: 'x', ticket },
  ].map((message) => JSON.stringify(message))
}

test(`E1: each of ${FRAMES_DECODED} mutated frames is a message or a fault that has a close code`, () => {
  const below = numbers(3)
  const good = goodFrames('x'.repeat(100))
  const outcomes = new Set<string>()
  for (let i = 0; i < FRAMES_DECODED; i++) {
    const bytes = mutate(good[below(good.length)]!, below)
    try {
      outcomes.add(decodeUp(new Uint8Array(bytes).buffer, below(20) === 0, 4096).t)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      expect((ERRORS[error.code] as ErrorEntry).close).toBeDefined()
      outcomes.add(error.code)
    }
  }
  for (const outcome of ['bad_json', 'unknown_message', 'invalid_input', 'say', 'join']) {
    expect(outcomes).toContain(outcome)
  }
}, 60_000)

test(`E1: ${CONNECTIONS} connections with mutated frames leave the server alive and nobody in the room`, async () => {
  const below = numbers(7)
  const before = heldMb()
  const ticket = await world.ticket()
  const good = goodFrames(ticket)
  for (let connection = 0; connection < CONNECTIONS; connection++) {
    const wire = await new Wire(world.url).opened()
    if (connection % 2 === 0) {
      wire.send(joinWith(ticket))
      await wire.get('welcome')
    }
    for (let i = 0; i < FRAMES_A_CONNECTION; i++) {
      const frame = i % 4 === 3 ? random(below) : mutate(good[below(good.length)]!, below)
      wire.socket.send(frame, { binary: below(10) === 0 })
    }
    wire.socket.terminate()
  }
  await expect.poll(() => world.rooms.viewers(world.place.showId)).toBe(0)
  await isAlive()
  expect(heldMb() - before, 'memory returns to where it was').toBeLessThan(GROWN_MB_MAX)
}, 60_000)

test('E1: broken upgrade requests and broken WebSocket frames leave the server alive', async () => {
  const below = numbers(11)
  const upgrade = [
    'GET /rooms HTTP/1.1',
    `Host: 127.0.0.1:${world.port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    '',
    '',
  ].join('\r\n')
  for (let i = 0; i < UPGRADES; i++) {
    const socket = connect(world.port, '127.0.0.1').on('error', () => {})
    socket.write(i % 2 === 0 ? mutate(upgrade, below) : upgrade)
    socket.write(Buffer.from(Array.from({ length: 40 }, () => below(256))))
    await new Promise((resolve) => setTimeout(resolve, 1))
    socket.destroy()
  }
  await isAlive()
}, 60_000)
