import { spawn } from 'node:child_process'
import { root } from '../lib/paths.mjs'

/** @typedef {{ name: string, args: string[], fix: string }} Check `args`: what node runs */
/** @typedef {{ check: Check, passed: boolean, output: string, tookMs: number }} Outcome */

/**
 * @param {Check} check
 * @returns {Promise<Outcome>}
 */
export function runCheck(check) {
  const startedMs = Date.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, check.args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    /** @param {unknown} chunk */
    const take = (chunk) => {
      output += chunk
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    /** @param {boolean} passed */
    const end = (passed) => resolve({ check, passed, output, tookMs: Date.now() - startedMs })
    child.once('error', (error) => {
      take(error.message)
      end(false)
    })
    child.once('close', (code) => end(code === 0))
  })
}
