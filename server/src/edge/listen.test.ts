import uWS from 'uWebSockets.js'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { type Listening, listen } from './listen.ts'

const open: Listening[] = []
const place = { host: '127.0.0.1', port: 0 }
const start = async (options: Parameters<typeof listen>[1] = place) => {
  const listening = await listen(uWS.App(), options)
  open.push(listening)
  return listening
}
afterEach(() => {
  for (const one of open.splice(0)) one.stop()
})

/** Connects so many times at once from a process of its own, and says how many were through within the time. */
const KNOCKERS = `
  const [port, count, withinMs] = process.argv.slice(1).map(Number)
  const startedAt = performance.now()
  let through = 0
  const sockets = Array.from({ length: count }, () =>
    require('node:net').connect(port, '127.0.0.1').on('connect', () => through++).on('error', () => {}))
  setTimeout(() => { console.log(through); process.exit() }, withinMs)`

test.runIf(process.platform === 'linux')(
  'a server that is busy for a moment leaves nobody in a storm to knock again a second later',
  async () => {
    const { port } = await start()
    const child = spawn(process.execPath, ['-e', KNOCKERS, String(port), '1500', '900'])
    const said = once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 5)) // its pipe is there
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100) // nothing is accepted meanwhile
    const [through] = await said
    expect(Number(through)).toBe(1500)
  },
)

test('a port that another has is refused; one that is shared is not', async () => {
  const { port } = await start()
  await expect(start({ ...place, port })).rejects.toThrow(/taken/)
  await expect(start({ ...place, port, sharePort: true })).resolves.toMatchObject({ port })
})

test('after stop the port is free', async () => {
  const { port, stop } = await start()
  stop()
  await expect(start({ ...place, port })).resolves.toMatchObject({ port })
})
