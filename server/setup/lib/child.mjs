import { spawn } from 'node:child_process'
import { root } from './paths.mjs'
import { send } from './processes.mjs'

/**
 * Runs a program on our terminal until it ends or `stop` fires; then it gets SIGTERM and, when it
 * does not go in time, SIGKILL. It has a session of its own, so that a Ctrl-C reaches it once and
 * through us, not a second time from the terminal.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, stop: AbortSignal, force?: AbortSignal, graceMs: number, onPid?: (pid: number) => void }} options
 * @returns {Promise<number>} its exit code
 */
export function runChild(command, args, { env, stop, force, graceMs, onPid }) {
  return new Promise((resolve, reject) => {
    if (stop.aborted) return resolve(0)
    const child = spawn(command, args, {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.once('error', reject)
    const { pid } = child
    // Not started: there is nothing to signal, and pid 0 would be ourselves.
    if (pid === undefined) return
    onPid?.(pid)
    /** @type {NodeJS.Timeout | undefined} */
    let deadline
    const kill = () => send(-pid, 'SIGKILL')
    const onStop = () => {
      send(pid, 'SIGTERM')
      deadline = setTimeout(kill, graceMs)
    }
    stop.addEventListener('abort', onStop, { once: true })
    force?.addEventListener('abort', kill, { once: true })
    child.once('exit', (code) => {
      // What it started and left behind (test workers, watchers) goes with it.
      kill()
      clearTimeout(deadline)
      stop.removeEventListener('abort', onStop)
      force?.removeEventListener('abort', kill)
      resolve(code ?? 1)
    })
  })
}
