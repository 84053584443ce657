import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { Up } from '@shelfcast/shared/protocol/up.ts'
import type { SocketConstructor, SocketLike } from './types.ts'

export interface RoomSocket {
  send(message: Up): void
  /** Ends the socket; nothing of it is heard any more. */
  drop(): void
}

export interface SocketHandlers {
  opened(): void
  /** One frame's events, in order. */
  events(events: Down[]): void
  /** Called once, unless the socket was dropped. */
  closed(code: number): void
}

const ABNORMAL = 1006 // RFC 6455: gone without a close frame

/** The constructor of the platform; Node 20 has none, its users hand one in. */
export function platformSocket(): SocketConstructor {
  const platform = globalThis as { WebSocket?: SocketConstructor }
  if (!platform.WebSocket) throw new Error('There is no global WebSocket: give one as an option')
  return platform.WebSocket
}

export function openSocket(Socket: SocketConstructor, url: string, handlers: SocketHandlers): RoomSocket {
  const socket: SocketLike = new Socket(url)
  let isOpen = false

  function forget(): void {
    isOpen = false
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.onerror = () => {} // without a listener, `ws` throws
  }

  socket.onopen = () => {
    isOpen = true
    handlers.opened()
  }
  socket.onmessage = ({ data }: { data: unknown }) => {
    // Our own server speaks: what it sends is typed by the protocol, and its version was agreed on.
    handlers.events(JSON.parse(String(data)) as Down[])
  }
  socket.onclose = ({ code }: { code: number }) => {
    forget()
    handlers.closed(code ?? ABNORMAL)
  }
  socket.onerror = () => {} // a close follows

  return {
    send(message) {
      if (isOpen) socket.send(JSON.stringify(message))
    },
    drop() {
      forget()
      socket.close()
    },
  }
}
