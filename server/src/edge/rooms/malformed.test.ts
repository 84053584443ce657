import { once } from 'node:events'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ERRORS, type ErrorEntry } from '@shelfcast/shared/errors.ts'
import { beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { mutate, numbers } from '../../../test/mutate.ts'
import { joinWith, type SocketWorld, socketWorld } from '../../../test/roomSocket.ts'
import { Fault } from '../../kernel/errors.ts'
import { decodeUp } from './decode.ts'

const collect = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

/** What JavaScript holds, and the whole process: uWS keeps its buffers outside of the heap. */
function memoryMb(): { held: number; resident: number } {
  collect()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { held: (heapUsed + external) / 2 ** 20, resident: rss / 2 ** 20 }
}

/** Runs it twice: what the process grows by the first time, it may keep; the second time it must not grow. */
async function keepsNoMemory(work: () => Promise<void>): Promise<void> {
  await work()
  const before = memoryMb()
  await work()
  const after = memoryMb()
  expect(after.held - before.held, 'what is held returns to where it was').toBeLessThan(HELD_MB_MAX)
  expect(after.resident - before.resident, 'so does the process').toBeLessThan(RESIDENT_MB_MAX)
}

const random = (below: (n: number) => number): Buffer =>
  Buffer.from(Array.from({ length: below(200) }, () => below(256)))

/** Rule E1: the server never fails for what it is sent. */

const FRAMES_DECODED = 50_000
const FRAMES_SENT = 5_000
const SENDERS = 8
const UPGRADES = 5_000
const UPGRADES_A_LINE = 50
const HELD_MB_MAX = 10
const RESIDENT_MB_MAX = 40

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

test(`E1: each of ${2 * FRAMES_DECODED} mutated frames is a message or a fault that has a close code`, async () => {
  const below = numbers(3)
  const good = goodFrames('x'.repeat(100))
  const outcomes = new Set<string>()
  await keepsNoMemory(async () => {
    for (let i = 0; i < FRAMES_DECODED; i++) {
      const bytes = mutate(good[below(good.length)]!, below)
      try {
        outcomes.add(decodeUp(new Uint8Array(bytes).buffer, below(20) === 0, 4096).t)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if ((ERRORS[error.code] as ErrorEntry).close === undefined) throw error
        outcomes.add(error.code)
      }
    }
  })
  for (const outcome of ['bad_json', 'unknown_message', 'invalid_input', 'say', 'join']) {
    expect(outcomes).toContain(outcome)
  }
}, 60_000)

/** A connection that tells when the server has read what was sent on it, or has closed it. */
class Sender {
  readonly #socket = new WebSocket(world.url, { perMessageDeflate: false })
  #answered: () => void = () => {}

  constructor() {
    for (const event of ['open', 'message', 'pong', 'close']) this.#socket.on(event, () => this.#answered())
    this.#socket.on('error', () => {})
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#answered = resolve
    })
  }

  async opened(ticket: string | null): Promise<this> {
    await this.answered()
    if (ticket === null) return this
    this.#socket.send(JSON.stringify(joinWith(ticket)))
    await this.answered()
    return this
  }

  /** The answer to the ping says that the frame before it was read, and that the connection lives. */
  async send(frame: Buffer, binary: boolean): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      this.#socket.once('pong', resolve)
      this.#answered = () => this.#socket.readyState === WebSocket.CLOSED && resolve()
    })
    this.#socket.send(frame, { binary })
    this.#socket.ping()
    await answered
  }

  end(): void {
    this.#socket.terminate()
  }
}

/**
 * Sends random and mutated frames, each on a connection that the server has not closed yet: one that it does not
 * like ends the connection, and what would follow on it is read by nobody. @returns how many connections it took
 */
async function sendFrames(count: number, seed: number, ticket: string): Promise<number> {
  const below = numbers(seed)
  const good = goodFrames(ticket)
  let connections = 1
  let sender = await new Sender().opened(ticket)
  for (let i = 0; i < count; i++) {
    const frame = i % 4 === 3 ? random(below) : mutate(good[below(good.length)]!, below)
    await sender.send(frame, below(10) === 0)
    if (sender.isOpen) continue
    connections++
    sender = await new Sender().opened(i % 2 === 0 ? ticket : null)
  }
  sender.end()
  return connections
}

test(`E1: ${2 * FRAMES_SENT} random and mutated frames, each read, leave the server alive and nobody in the room`, async () => {
  const ticket = await world.ticket()
  let seed = 7
  let connections = 0
  await keepsNoMemory(async () => {
    const senders = Array.from({ length: SENDERS }, () => sendFrames(FRAMES_SENT / SENDERS, seed++, ticket))
    for (const count of await Promise.all(senders)) connections += count
    await expect.poll(() => world.rooms.connections(world.place.showId)).toBe(0)
  })
  expect(connections, 'most frames are refused').toBeGreaterThan(FRAMES_SENT)
  await isAlive()
}, 120_000)

/** Writes several upgrade requests at once on one line, mutated or followed by what is no WebSocket frame. */
async function pipeline(upgrade: string, below: (n: number) => number): Promise<void> {
  const line = connect(world.port, '127.0.0.1').on('error', () => {})
  await once(line, 'connect')
  const requests = Array.from({ length: UPGRADES_A_LINE }, (_, i) =>
    i % 2 === 0 ? mutate(upgrade, below) : Buffer.concat([Buffer.from(upgrade), random(below)]),
  )
  const gone = once(line, 'close')
  line.resume()
  line.end(Buffer.concat(requests))
  const late = setTimeout(() => line.destroy(), 500)
  await gone
  clearTimeout(late)
}

test(`E1: ${2 * UPGRADES} broken upgrade requests in pipelines leave the server alive`, async () => {
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
  await keepsNoMemory(async () => {
    const lines = UPGRADES / UPGRADES_A_LINE
    for (let i = 0; i < lines; i += SENDERS)
      await Promise.all(Array.from({ length: SENDERS }, () => pipeline(upgrade, below)))
  })
  await isAlive()
}, 60_000)
