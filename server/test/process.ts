import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SERVER_FLAGS } from '../setup/lib/typescript.mjs'

const TICKS_PER_S = 100 // USER_HZ; Linux fixes it for what it shows in /proc

/** Processor time of a process so far, all its threads, in seconds. Linux only. */
export function cpuS(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}

/** Nothing that was started here outlives this process. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface Program {
  readonly pid: number
  /** What it said over IPC, in order. */
  next(): Promise<unknown>
  tell(message: object): void
  /** SIGTERM, or what is told, then waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a TypeScript file of server/ in a process of its own, with an IPC channel. */
export function startProgram(file: string, env: Record<string, string> = {}, args: string[] = []): Program {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const child = spawn(process.execPath, [...SERVER_FLAGS, '--import', 'tsx', path, ...args], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return programOf(child, file)
}

function programOf(child: ChildProcess, file: string): Program {
  const { pid } = child
  if (pid === undefined) throw new Error(`${file} did not start`)
  const said: unknown[] = []
  const waiting: { resolve(message: unknown): void; reject(error: Error): void }[] = []
  child.on('message', (message) => {
    const first = waiting.shift()
    if (first) first.resolve(message)
    else said.push(message)
  })
  child.on('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${file} ended with ${code}`))
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return {
    pid,
    next: () =>
      said.length > 0
        ? Promise.resolve(said.shift())
        : new Promise((resolve, reject) => waiting.push({ resolve, reject })),
    tell: (message) => void child.send(message),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
    },
  }
}
