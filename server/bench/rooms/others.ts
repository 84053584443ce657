import uWS from 'uWebSockets.js'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { listen } from '../../src/edge/listen.ts'
import type { Kind } from './job.ts'

export const LOOPBACK = { host: '127.0.0.1', port: 0 }

/** The other ways to run a room: they do the same work with the same payload, a message at a time. */

export interface BenchServer {
  port: number
  state(room: string, stamp: string): void | Promise<void>
  drops(): Promise<Record<string, number>>
}

const up = z.object({
  t: z.string(),
  room: z.string().optional(),
  text: z.string().optional(),
  id: z.string().optional(),
})
let lines = 0

const lineOf = (text: string) => ({
  t: 'chat' as const,
  line: {
    id: `lin_${++lines}`.padEnd(28, '0'),
    personId: 'per_1234567890123456789012',
    name: 'Ann',
    role: 'viewer',
    text,
    at: Date.now(),
  },
})
let states = 0
const stateOf = (stamp: string) => ({ t: 'pinned', pos: [1, ++states], itemId: stamp })
const ack = (id: string | undefined, line: object) => ({ t: 'ack', id, ok: true, line })
const none = async () => ({})
/** Our window, where the server is not busy. */
const BATCH_MS = 100
const WELCOME = JSON.stringify([{ t: 'welcome' }])

export function otherServer(kind: Exclude<Kind, 'shelfcast'>, recovery: boolean): Promise<BenchServer> {
  switch (kind) {
    case 'uws':
      return bareUws()
    case 'uws in batches':
      return batchingUws()
    case 'ws':
      return bareWs()
    case 'socket.io':
      return socketIo(recovery)
    case 'socket.io on uws':
      return socketIoOnUws()
  }
}

async function bareUws(): Promise<BenchServer> {
  const app = uWS.App()
  app.ws<{ room: string }>('/rooms', {
    maxBackpressure: 1024 * 1024,
    message(socket, frame) {
      const message = up.parse(JSON.parse(Buffer.from(frame).toString()))
      if (message.t === 'join') {
        socket.getUserData().room = message.room ?? ''
        socket.subscribe(message.room ?? '')
        socket.send(WELCOME)
        return
      }
      const chat = lineOf(message.text ?? '')
      app.publish(socket.getUserData().room, JSON.stringify([chat]))
      socket.send(JSON.stringify([ack(message.id, chat.line)]))
    },
  })
  const { port } = await listen(app, LOOPBACK)
  return {
    port,
    drops: none,
    state: (room, stamp) => void app.publish(room, JSON.stringify([stateOf(stamp)])),
  }
}

/** As ours gathers lines, and nothing besides: no line is checked, written or counted. The limit of what is to be gained. */
async function batchingUws(): Promise<BenchServer> {
  const app = uWS.App()
  const waiting = new Map<string, string[]>()
  let timer: NodeJS.Timeout | null = null
  const add = (room: string, event: string) => {
    const events = waiting.get(room)
    if (events) events.push(event)
    else waiting.set(room, [event])
  }
  const flush = () => {
    if (timer) clearTimeout(timer)
    timer = null
    for (const [room, events] of waiting) app.publish(room, `[${events.join(',')}]`)
    waiting.clear()
  }
  app.ws<{ room: string }>('/rooms', {
    maxBackpressure: 1024 * 1024,
    message(socket, frame) {
      const message = JSON.parse(Buffer.from(frame).toString()) as z.infer<typeof up>
      if (message.t === 'join') {
        socket.getUserData().room = message.room ?? ''
        socket.subscribe(message.room ?? '')
        socket.send(WELCOME)
        return
      }
      const line = JSON.stringify(lineOf(message.text ?? '').line)
      add(socket.getUserData().room, `{"t":"chat","line":${line}}`)
      timer ??= setTimeout(flush, BATCH_MS)
      socket.send(`[{"t":"ack","id":"${message.id}","ok":true,"line":${line}}]`)
    },
  })
  const { port } = await listen(app, LOOPBACK)
  return {
    port,
    drops: none,
    state(room, stamp) {
      add(room, JSON.stringify(stateOf(stamp)))
      flush()
    },
  }
}

async function bareWs(): Promise<BenchServer> {
  const http = createServer()
  const server = new WebSocketServer({ server: http, path: '/rooms' })
  const rooms = new Map<string, Set<{ send(text: string): void }>>()
  const publish = (room: string, text: string) => {
    for (const socket of rooms.get(room) ?? []) socket.send(text)
  }
  server.on('connection', (socket) => {
    let room = ''
    socket.on('message', (data: Buffer) => {
      const message = up.parse(JSON.parse(data.toString()))
      if (message.t === 'join') {
        room = message.room ?? ''
        rooms.set(room, (rooms.get(room) ?? new Set()).add(socket))
        socket.send(WELCOME)
        return
      }
      const chat = lineOf(message.text ?? '')
      publish(room, JSON.stringify([chat]))
      socket.send(JSON.stringify([ack(message.id, chat.line)]))
    })
    socket.on('close', () => rooms.get(room)?.delete(socket))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return { port, drops: none, state: (room, stamp) => publish(room, JSON.stringify([stateOf(stamp)])) }
}

function serveSocketIo(io: Server): BenchServer['state'] {
  io.on('connection', (socket) => {
    let room = ''
    socket.on('join', (name: string) => {
      room = name
      void socket.join(room)
      socket.emit('welcome')
    })
    socket.on('say', (value: unknown) => {
      const message = up.parse(value)
      const chat = lineOf(message.text ?? '')
      io.to(room).emit('chat', chat)
      socket.emit('ack', ack(message.id, chat.line))
    })
  })
  return (room, stamp) => void io.to(room).emit('pinned', stateOf(stamp))
}

async function socketIoOnUws(): Promise<BenchServer> {
  const app = uWS.App()
  const io = new Server({ transports: ['websocket'], serveClient: false })
  const state = serveSocketIo(io)
  io.attachApp(app)
  const { port } = await listen(app, LOOPBACK)
  return { port, drops: none, state }
}

async function socketIo(recovery: boolean): Promise<BenchServer> {
  const http = createServer()
  const options = { transports: ['websocket' as const], serveClient: false }
  const state = serveSocketIo(
    new Server(http, { ...options, ...(recovery ? { connectionStateRecovery: {} } : {}) }),
  )
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return { port: (http.address() as AddressInfo).port, drops: none, state }
}
