import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTickets } from './tickets.ts'

let visits = 0

beforeEach(() => {
  visits = 0
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.stubGlobal('fetch', async () => {
    visits += 1
    return Response.json(
      { roomTicket: `room-${visits}`, mediaTicket: `media-${visits}`, orderTicket: `order-${visits}` },
      { status: 201 },
    )
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const tickets = () => createTickets('shw_1', () => undefined)

test('one visit serves room, video and flash sales', async () => {
  const { room, media, order } = tickets()
  expect(await Promise.all([room(), media(), order()])).toEqual(['room-1', 'media-1', 'order-1'])
  expect(visits).toBe(1)
})

test('a reconnect within the life of the ticket asks for no other', async () => {
  const { room } = tickets()
  await room()
  expect(await room()).toBe('room-1')
})

test('a ticket that went out twice is not offered again: it may have been refused', async () => {
  const { room } = tickets()
  await room()
  await room()
  expect(await room()).toBe('room-2')
})

test('a ticket that is nearly over is not offered', async () => {
  const { media } = tickets()
  await media()
  vi.advanceTimersByTime(44_000)
  expect(await media()).toBe('media-1')
  vi.advanceTimersByTime(2000)
  expect(await media()).toBe('media-2')
})

test('after a refusal the next one is new', async () => {
  const { media, forget } = tickets()
  await media()
  forget()
  expect(await media()).toBe('media-2')
})
