import { afterAll } from 'vitest'
import { startProxy } from './proxy.ts'

/** A proxy before a server of the test, until the test file ends. */
export async function faultyNetwork(port: number) {
  const proxy = await startProxy(port)
  afterAll(() => proxy.close())
  return { ...proxy, url: `ws://127.0.0.1:${proxy.port}/rooms` }
}
