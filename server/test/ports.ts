import { createServer } from 'node:net'

/** Below the ports that systems hand out by themselves (from 32768 on Linux), and each vitest worker has its own. */
const FIRST = 10_000
const PER_WORKER = 2000
const WORKERS = 10

let next = Math.floor(Math.random() * PER_WORKER)

/** A port on loopback that nobody listens on; neither it nor the three after it are given to another test file. */
export async function freePort(): Promise<number> {
  const worker = Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS
  for (let tries = 0; tries < 100; tries++) {
    next = (next + 4) % PER_WORKER
    const port = FIRST + worker * PER_WORKER + next
    if (await isFree(port)) return port
  }
  throw new Error('no free port for a test')
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
