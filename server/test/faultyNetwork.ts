import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll } from 'vitest'

/**
 * A TCP proxy in front of a server, whose network tests make worse: `cut` ends all connections, `stall` lets nothing
 * through without ending anything, `delayMs` holds every byte back.
 */
export async function faultyNetwork(port: number) {
  const pairs = new Set<[Socket, Socket]>()
  const state = { stalled: false, refusing: false, delayMs: 0 }

  const server = createServer((near) => {
    if (state.refusing) {
      near.destroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    const end = () => {
      near.destroy()
      far.destroy()
      pairs.delete(pair)
    }
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
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
  afterAll(() => {
    cut()
    server.close()
  })
  return { state, cut, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/rooms` }
}
