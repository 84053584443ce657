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
      const pass = inOrder((bytes) => to.writable && to.write(bytes))
      from.on('data', (bytes) => {
        if (!state.stalled) pass(bytes, state.delayMs)
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

/** Passes on each piece after its delay, never before the one that came first: TCP does not reorder. */
function inOrder(pass: (bytes: Buffer) => void): (bytes: Buffer, delayMs: number) => void {
  const waiting: { bytes: Buffer; dueMs: number }[] = []
  function pump(): void {
    while (waiting[0] && waiting[0].dueMs <= Date.now()) pass(waiting.shift()!.bytes)
    if (waiting[0]) setTimeout(pump, waiting[0].dueMs - Date.now())
  }
  return (bytes, delayMs) => {
    waiting.push({ bytes, dueMs: Date.now() + delayMs })
    if (waiting.length === 1) pump()
  }
}
