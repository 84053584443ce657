import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { isExecutable } from '../lib/which.mjs'

/** The worker's answer to being started by anyone but mediasoup (worker/src/main.cpp). */
const NOT_MY_FATHER = 41
const SMOKE_TIMEOUT_MS = 20_000

/** Whether the binary loads on this machine; takes milliseconds. @param {string} worker */
export const loads = (worker) =>
  isExecutable(worker) && spawnSync(worker, [], { env: {} }).status === NOT_MY_FATHER

/**
 * Whether mediasoup can use it; takes half a second.
 * @param {string} worker
 * @returns {string | undefined} what went wrong
 */
export function smoke(worker) {
  const script = fileURLToPath(new URL('smoke.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [script, worker], {
    encoding: 'utf8',
    timeout: SMOKE_TIMEOUT_MS,
  })
  if (status === 0) return undefined
  return stderr.split('\n').find((line) => /error/i.test(line)) ?? 'it does not answer'
}
