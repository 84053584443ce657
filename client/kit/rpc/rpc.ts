import { signal } from '@preact/signals'
import type { Problem } from '@shelfcast/shared/errors.ts'
import type { Reply } from '@shelfcast/shared/rpc/call.ts'
import { io, type Socket } from 'socket.io-client'
import { ApiError, NetworkError } from '../api.ts'
import type { CallInput, CallName, CallOutput, Rpc, RpcEvents, RpcStatus } from './types.ts'

export type { CallName, CallOutput, Rpc, RpcEvents, RpcStatus } from './types.ts'

const ANSWER_MS_MAX = 10_000
const RECONNECT_MS = { first: 500, max: 5000 }

/** The part of a socket.io socket that is used. */
export type RpcSocket = Pick<
  Socket,
  'on' | 'off' | 'timeout' | 'connect' | 'disconnect' | 'connected' | 'active'
>

/**
 * Connects studio or console to the server, and stays connected. Signed in by the session cookie, so it needs an
 * account; connect anew after signing in.
 * @param socket another socket than that of this page's own server
 */
export function connectRpc(socket: RpcSocket = ownServer()): Rpc {
  const status = signal<RpcStatus>('connecting')
  const refusal = signal<Problem | null>(null)
  const ups = new Set<() => void>()
  let again: ReturnType<typeof setTimeout> | undefined

  const connectAgain = () => {
    clearTimeout(again)
    again = setTimeout(() => socket.connect(), RECONNECT_MS.max * Math.random())
  }

  socket.on('connect', () => {
    status.value = 'up'
    for (const listener of ups) listener()
  })
  socket.on('disconnect', (reason) => {
    if (reason === 'io client disconnect') return
    status.value = 'down'
    if (!socket.active) connectAgain() // the server closed it, which socket.io takes as final
  })
  socket.on('connect_error', (error) => {
    const problem = problemOf(error)
    if (problem && !problem.retry) {
      refusal.value = problem
      status.value = 'refused'
      return
    }
    if (status.value !== 'connecting') status.value = 'down'
    if (!socket.active) connectAgain()
  })

  return {
    status,
    refusal,
    async call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
      // socket.io would keep it and send it after the reconnect, where it means something else.
      if (!socket.connected) throw new NetworkError('The connection is down')
      let reply: Reply<CallOutput<N>>
      try {
        reply = await socket.timeout(ANSWER_MS_MAX).emitWithAck(name, input)
      } catch (error) {
        throw new NetworkError('No answer from the server', { cause: error })
      }
      if (!reply.ok) throw new ApiError(reply.problem)
      return reply.data
    },
    on<E extends keyof RpcEvents>(event: E, listener: (payload: RpcEvents[E]) => void) {
      const heard: (payload: RpcEvents[E]) => void = listener
      socket.on<string>(event, heard)
      return () => {
        socket.off<string>(event, heard)
      }
    },
    onUp(listener) {
      ups.add(listener)
      if (socket.connected) listener()
      return () => ups.delete(listener)
    },
    close() {
      clearTimeout(again)
      ups.clear()
      socket.disconnect()
    },
  }
}

const ownServer = (): RpcSocket =>
  io({
    transports: ['websocket'], // the server speaks nothing else
    reconnectionDelay: RECONNECT_MS.first,
    reconnectionDelayMax: RECONNECT_MS.max,
  })

/** The problem that a refused handshake carries; none where the network failed. */
function problemOf(error: Error): Problem | null {
  const data: unknown = 'data' in error ? error.data : null
  return typeof data === 'object' && data !== null && 'code' in data ? (data as Problem) : null // our own server's
}
