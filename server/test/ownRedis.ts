import { type ChildProcess, spawn } from 'node:child_process'
import { Redis } from 'ioredis'
import { afterAll } from 'vitest'
import { freePort } from './ports.ts'

/** A Redis of its own that the test may kill and start again; it forgets everything. */
export async function ownRedis(...args: string[]) {
  const port = await freePort()
  const program = process.env.REDIS_SERVER_BIN ?? 'redis-server'
  let child: ChildProcess
  const start = () => {
    child = spawn(program, ['--port', String(port), '--save', '', '--bind', '127.0.0.1', ...args], {
      stdio: 'ignore',
    })
  }
  const kill = () => child.kill('SIGKILL')
  start()
  afterAll(kill)
  const url = `redis://127.0.0.1:${port}/0`
  const probe = new Redis(url, { retryStrategy: () => 50 }).on('error', () => {})
  await probe.ping()
  probe.disconnect()
  return { port, url, start, kill }
}
