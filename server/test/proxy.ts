import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** What the network does to those on it; may be changed at any time. */
  readonly state: { stalled: boolean; refusing: boolean; delayMs: number }
  /** Ends every connection. */
  cut(): void
  close(): void
}

/**
 * A TCP proxy in front of a server on this machine, whose network can be made worse: `cut` ends all connections,
 * `stalled` lets nothing through without ending anything, `delayMs` holds every byte back.
 */
export async function startProxy(port: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const state = { stalled: false, refusing: false, delayMs: 0 }

  const server = createServer((near) => {
    if (state.refusing) {
      near.destroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    const end = () => {
      near.destroy()
      far.destroy()
      pairs.delete(pair)
    }
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (bytes) => {
        if (state.stalled) return
        if (state.delayMs === 0) to.write(bytes)
        else setTimeout(() => to.writable && to.write(bytes), state.delayMs)
      })
      from.on('error', end).on('close', end)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function cut(): void {
    for (const [near, far] of [...pairs]) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    state,
    cut,
    close() {
      cut()
      server.close()
    },
  }
}
