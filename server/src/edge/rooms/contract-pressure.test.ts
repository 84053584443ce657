import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { PROTOCOL_VERSION } from '@shelfcast/shared/protocol/version.ts'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  closeOf,
  joinWith,
  offsetsOf,
  type SocketWorld,
  socketWorld,
  Wire,
} from '../../../test/roomSocket.ts'

/** The numbered rules of shared/protocol/PROTOCOL.md on real sockets: backpressure, and moving on. */

/** The least that uWS takes. */
const IDLE_S_MIN = 8

/** State events that together are more than the kernel's buffers and ours hold. */
const FLOOD = 400
async function flood({ pin }: SocketWorld): Promise<void> {
  for (let i = 0; i < FLOOD; i++) await pin(`${i}${'x'.repeat(20_000)}`)
}

describe('backpressure and moving on', () => {
  test('B2: a viewer that stops reading loses its place and no state; others notice nothing', async () => {
    const own = await socketWorld({ slowPollMs: 20, logBytesMax: 64 * 1024 * 1024, logEventsMax: 1000 })
    const [slow, quick] = [await own.joined('ann'), await own.joined('ben')]
    slow.wire.pause()
    await flood(own)
    await quick.wire.get('pinned', FLOOD - 1)
    expect(offsetsOf(quick.wire.events)).toHaveLength(FLOOD)
    slow.wire.resume()
    await slow.wire.get('resync')
    const seen = offsetsOf(slow.wire.events)
    expect(seen.length).toBeLessThan(FLOOD)
    slow.wire.send({ t: 'join', version: PROTOCOL_VERSION, resume: [1, seen.at(-1)!] })
    const again = await slow.wire.get('welcome', 1)
    expect(again.recovered).toBe(true)
    expect(offsetsOf(slow.wire.events)).toEqual(Array.from({ length: FLOOD }, (_, i) => i + 1))
  })

  test('B2: who stays behind is closed with too_slow', async () => {
    const own = await socketWorld({ slowPollMs: 20, behindMsMax: 100 })
    const { wire } = await own.joined()
    wire.pause()
    await flood(own)
    await expect.poll(() => own.rooms.viewers(own.place.showId)).toBe(0)
    wire.resume()
    expect(await wire.close()).toEqual(closeOf('too_slow'))
  })

  test('B3: a new epoch makes all join again', async () => {
    const own = await socketWorld()
    const { wire } = await own.joined()
    await own.db.sql`update room_heads set epoch = 2, "offset" = 0 where show_id = ${own.place.showId}`
    await own.pin('new')
    await wire.get('resync')
    wire.send({ t: 'join', version: PROTOCOL_VERSION, resume: [1, 0] })
    expect(await wire.get('welcome', 1)).toMatchObject({ recovered: false, pos: [2, 1] })
  })

  test('B7: one connection too many is told when to come again, and beyond the queue is refused with Retry-After', async () => {
    const { url } = await socketWorld({ upgradesPerSMax: 2, upgradeWaitMsMax: 800 })
    const wires: Wire[] = []
    for (let i = 0; i < 3; i++) wires.push(await new Wire(url).opened())
    expect(await wires[2]!.close()).toEqual(closeOf('unavailable'))
    expect(wires.flatMap(({ events }) => events)).toEqual([{ t: 'move', afterMs: expect.any(Number) }])
    const fourth = new WebSocket(url).on('error', () => {})
    const [, answer] = (await once(fourth, 'unexpected-response')) as [unknown, IncomingMessage]
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1'])
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const later = await new Wire(url).opened()
    expect(later.closed).toBeNull()
  })

  test('B5: the server pings; who answers stays, who is silent for idleTimeoutS is closed', async () => {
    const own = await socketWorld({ idleTimeoutS: IDLE_S_MIN })
    const open = async (autoPong: boolean) => {
      const socket = new WebSocket(own.url, { autoPong })
      let [pings, closedAt] = [0, 0]
      socket.on('ping', () => pings++)
      socket.on('close', () => {
        closedAt = performance.now()
      })
      await once(socket, 'open')
      socket.send(JSON.stringify(joinWith(await own.ticket())))
      await once(socket, 'message')
      return { socket, pings: () => pings, closedAt: () => closedAt }
    }
    const [alive, dead, openedAt] = [await open(true), await open(false), performance.now()]
    await expect.poll(dead.closedAt, { timeout: 30_000 }).toBeGreaterThan(0)
    expect(dead.pings()).toBeGreaterThan(0)
    expect(dead.closedAt() - openedAt).toBeGreaterThan(IDLE_S_MIN * 500)
    expect(dead.closedAt() - openedAt).toBeLessThan(IDLE_S_MIN * 2000)
    expect(alive.pings()).toBeGreaterThan(0)
    expect(alive.socket.readyState).toBe(WebSocket.OPEN)
    await expect.poll(() => own.rooms.connections(own.place.showId)).toBe(1)
    alive.socket.terminate()
  }, 40_000)

  test('B4: a server that goes away tells viewers to move, takes no new ones, and closes who stays', async () => {
    const own = await socketWorld({ drainMs: 300 })
    const [first, second] = [await own.joined('ann'), await own.joined('ben')]
    const closing = own.edge.close()
    for (const { wire } of [first, second]) {
      const { afterMs } = await wire.get('move')
      expect(afterMs).toBeGreaterThanOrEqual(0)
      expect(afterMs).toBeLessThan(300)
    }
    expect(await new Wire(own.url).close()).toMatchObject({ code: 1006 })
    first.wire.socket.close()
    expect(await second.wire.close()).toEqual(closeOf('server_draining'))
    await closing
  })
})
