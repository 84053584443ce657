import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll } from 'vitest'
import { freePort } from './ports.ts'

/**
 * A UDP port before a server's, until the test file ends, on which media to the client gets lost. `lossPct` may be changed
 * at any time; ICE, DTLS and RTCP get through. What is `cut` lets nothing through to the server.
 */
export async function lossyUdp(
  serverPort: number,
): Promise<{ port: number; state: { lossPct: number; cut: boolean } }> {
  const state = { lossPct: 0, cut: false }
  const port = await freePort()
  const near = createSocket('udp4')
  const fars = new Map<string, Socket>()
  near.on('message', (bytes, { address, port: from }) => {
    const key = `${address} ${from}`
    if (state.cut) return
    let far = fars.get(key)
    if (!far) {
      far = createSocket('udp4')
      far.on('message', (answer) => {
        if (!isRtp(answer) || Math.random() * 100 >= state.lossPct) near.send(answer, from, address)
      })
      fars.set(key, far)
    }
    far.send(bytes, serverPort, '127.0.0.1')
  })
  near.bind(port, '127.0.0.1')
  await once(near, 'listening')
  afterAll(() => {
    near.close()
    for (const far of fars.values()) far.close()
  })
  return { port, state }
}

/** RFC 5761, section 4, and RFC 7983. */
const isRtp = (bytes: Buffer): boolean => {
  const [first = 0, second = 0] = bytes
  return first >= 128 && first <= 191 && (second < 192 || second > 223)
}
