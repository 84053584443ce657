import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { whenListening } from './listening.ts'

test('it is told to a few milliseconds when somebody begins to listen', async () => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  const begun = whenListening(port, 5000)
  await sleep(300)
  const later = createSocket('udp4')
  later.bind(port, '127.0.0.1')
  await once(later, 'listening')
  const at = performance.now()
  expect(Math.abs((await begun)! - at)).toBeLessThan(60)
  later.close()
  await once(later, 'close')
  expect(await whenListening(port, 200)).toBeNull()
})
