import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

/** Server processes of their own, for what only real ones can show: kill -9, a port shared by several. */

const SERVER = fileURLToPath(new URL('..', import.meta.url))
const READY_MS_MAX = 60_000
const GONE_MS_MAX = 60_000

export interface ServerProcess {
  /** SIGTERM, as an operator stops it; resolves when it is gone. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** SIGSTOP: it does nothing, and does not know, until `thaw`. Its media workers go on. */
  freeze(): void
  thaw(): void
}

/** A test that fails ends none of those that it started. */
const running = new Set<ServerProcess>()
afterAll(() => Promise.all([...running].map((server) => server.kill())))

/** Starts the server and waits until it says that it is ready. */
export async function startServer(env: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: SERVER,
    env: { ...process.env, LOG_LEVEL: process.env.TEST_LOG ?? 'silent', MEDIA_WORKERS: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit', { signal: AbortSignal.timeout(GONE_MS_MAX) })
    child.kill(signal)
    await gone
  }
  const server: ServerProcess = {
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  }
  running.add(server)
  if (process.env.TEST_LOG) child.stdout.pipe(process.stderr, { end: false })
  await ready(child)
  return server
}

async function ready(child: ChildProcess): Promise<void> {
  const late = AbortSignal.timeout(READY_MS_MAX)
  let said = ''
  while (!said.includes('is ready')) {
    const next = once(child.stdout!, 'data', { signal: late })
    const gone = once(child, 'exit', { signal: late }).then(() => {
      throw new Error(`the server ended before it was ready: ${said}`)
    })
    gone.catch(() => {})
    const [chunk] = (await Promise.race([next, gone])) as [Buffer]
    said += chunk.toString()
  }
}
