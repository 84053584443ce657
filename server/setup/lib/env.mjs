import { existsSync, readFileSync } from 'node:fs'
import * as util from 'node:util'

/** Node's own parser of .env files. @type {(text: string) => NodeJS.ProcessEnv} */
// @ts-expect-error: Node 20.12 and newer have it, the types of 20.9 do not know it yet.
const parseEnv = util.parseEnv

/**
 * The environment with what a .env file adds to it. What is set outside wins, as everywhere.
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function withEnvFile(file, env) {
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...env } : env
}
