import type { HttpRequest, HttpResponse, TemplatedApp, us_socket_context_t, WebSocket } from 'uWebSockets.js'
import { ERRORS, type ErrorCode, type ErrorEntry } from '@shelfcast/shared/errors.ts'
import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { Closable } from '../../kernel/ticker.ts'
import type { Link, SendResult } from '../../rooms/index.ts'
import { Connection, type ConnectionDeps } from './connection.ts'
import { decodeUp } from './decode.ts'
import { createOrigins, type OriginDeps } from './origins.ts'
import { Turnstile } from './turnstile.ts'

interface RoomSocketDeps
  extends Omit<ConnectionDeps, 'origins'>,
    Pick<OriginDeps, 'publicUrl' | 'allowedOrigins'> {}

const ROOMS_PATH = '/rooms'

/** Frames up to this many times the limit are read, so that their sender can be told why it is closed. */
const READ_MARGIN = 4
/**
 * uWS drops a frame past so many times `backpressureBytesMax`, a close frame too. The engine stops sending at the first
 * poll that finds more than once that: what comes until then must leave room for the close frame.
 */
const BACKPRESSURE_MARGIN = 16
const CLOSE_GRACE_MS = 500
const CLOSE_INTERNAL = 1011 // RFC 6455, 7.4.1

/** What uWS keeps for a socket. */
interface SocketData {
  origin: string | null
  host: string
  /** How long it was told to wait before it comes again; 0 where it may come in. */
  waitMs: number
  connection: Connection | null
}

/**
 * The viewer WebSocket at `/rooms`. `close` drains: viewers are told to move, spread over `drainMs`, and whoever is
 * still there afterwards is closed with `server_draining`.
 */
export function mountRooms(app: TemplatedApp, deps: RoomSocketDeps): Closable {
  const { limits } = deps
  const origins = createOrigins(deps)
  const connectionDeps = { ...deps, origins }
  const open = new Map<Connection, SocketLink>()
  const turnstile = new Turnstile(
    { perS: limits.upgradesPerSMax, waitMsMax: limits.upgradeWaitMsMax },
    performance.now(),
  )
  let draining: Promise<void> | null = null

  function upgrade(response: HttpResponse, request: HttpRequest, context: us_socket_context_t): void {
    const origin = request.getHeader('origin') || null
    if (!origins.mayConnect(origin)) {
      response.writeStatus('403 Forbidden').end()
      return
    }
    const admission = draining ? ({ is: 'full' } as const) : turnstile.admit(performance.now())
    if (admission.is === 'full') {
      const waitS = Math.ceil((draining ? CLOSE_GRACE_MS : limits.upgradeWaitMsMax) / 1000)
      response.writeStatus('503 Service Unavailable').writeHeader('Retry-After', String(waitS)).end()
      return
    }
    // A browser cannot read the answer to an upgrade, so one that is too many is let in to hear when to come again.
    const waitMs = admission.is === 'later' ? admission.afterMs : 0
    const data: SocketData = { origin, host: request.getHeader('host'), waitMs, connection: null }
    response.upgrade(
      data,
      request.getHeader('sec-websocket-key'),
      request.getHeader('sec-websocket-protocol'),
      request.getHeader('sec-websocket-extensions'),
      context,
    )
  }

  app.ws<SocketData>(ROOMS_PATH, {
    maxPayloadLength: limits.frameBytesMax * READ_MARGIN,
    maxBackpressure: limits.backpressureBytesMax * BACKPRESSURE_MARGIN,
    idleTimeout: limits.idleTimeoutS,
    sendPingsAutomatically: true,
    upgrade,

    open(socket) {
      const link = new SocketLink(socket)
      const data = socket.getUserData()
      if (data.waitMs > 0) {
        link.send(JSON.stringify([{ t: 'move', afterMs: data.waitMs } satisfies Down]))
        link.close('unavailable')
        return
      }
      data.connection = new Connection(link, data, connectionDeps)
      open.set(data.connection, link)
    },

    message(socket, frame, isBinary) {
      const { connection } = socket.getUserData()
      if (!connection) return
      try {
        connection.countMessage()
        void connection.take(decodeUp(frame, isBinary, limits.frameBytesMax))
      } catch (error) {
        connection.fail(error)
      }
    },

    // uWS tells of a drop in the midst of publishing, when a change of the topics would crash the process. Should a
    // frame slip through until then, its viewer sees the gap and joins again (rule S5).
    dropped(socket) {
      const { connection } = socket.getUserData()
      setImmediate(() => connection?.dropped())
    },

    drain: (socket) => socket.getUserData().connection?.drained(),

    close(socket) {
      const { connection } = socket.getUserData()
      if (!connection) return
      open.get(connection)?.release()
      open.delete(connection)
      connection.closed()
    },
  })

  async function drain(): Promise<void> {
    for (const connection of open.keys()) connection.move(Math.floor(Math.random() * limits.drainMs))
    const until = Date.now() + limits.drainMs + CLOSE_GRACE_MS
    while (open.size > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    for (const link of [...open.values()]) link.close('server_draining')
  }

  return {
    close() {
      draining ??= drain()
      return draining
    },
  }
}

const SEND_RESULTS: readonly SendResult[] = ['queued', 'sent', 'dropped'] // as uWS numbers them

/** There are many thousands of them: a field each, and no closures. */
class SocketLink implements Link {
  /** Null once it is closed or gone: uWS forbids any further call on it. */
  #socket: WebSocket<SocketData> | null

  constructor(socket: WebSocket<SocketData>) {
    this.#socket = socket
  }

  send(frame: string): SendResult {
    return this.#socket ? SEND_RESULTS[this.#socket.send(frame)]! : 'dropped'
  }

  subscribe(topic: string): void {
    this.#socket?.subscribe(topic)
  }

  unsubscribe(topic: string): void {
    this.#socket?.unsubscribe(topic)
  }

  bufferedBytes(): number {
    return this.#socket?.getBufferedAmount() ?? 0
  }

  close(code: ErrorCode): void {
    const socket = this.#socket
    this.#socket = null
    socket?.end(closeCodeOf(code), code)
  }

  /** The socket is gone. */
  release(): void {
    this.#socket = null
  }
}

/** The close code of the catalogue; the code's name travels as the reason. */
function closeCodeOf(code: ErrorCode): number {
  const entry: ErrorEntry = ERRORS[code]
  return entry.close ?? CLOSE_INTERNAL
}
