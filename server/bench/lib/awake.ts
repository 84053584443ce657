import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Ends with its parent, however that ends. */
const SPIN = 'const parent = process.ppid; while (process.ppid === parent) for (let i = 0; i < 1e8; i++);'

/**
 * Keeps every core busy until the process ends, with work that gives way to all other work at once. A server that is
 * measured below its full load lets its core fall asleep again and again, and what waking costs then (most of all in a
 * virtual machine, where the host does it) is counted as work of whoever was woken, differently from run to run. It is
 * taken away from all rows alike, as benchmarkers switch off C-states.
 * @returns whether it does; only Linux knows such work
 */
export function keepAwake(): boolean {
  const idly = ['--idle', '0', process.execPath]
  if (process.platform !== 'linux' || spawnSync('chrt', [...idly, '--version']).status !== 0) return false
  const spinning: ChildProcess[] = []
  process.once('exit', () => {
    for (const child of spinning) child.kill('SIGKILL')
  })
  for (let core = 0; core < availableParallelism(); core++)
    spinning.push(spawn('chrt', [...idly, '-e', SPIN], { stdio: 'ignore' }))
  return true
}
