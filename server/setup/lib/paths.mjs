import { homedir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/[/\\]$/, '')

/** @param {string[]} parts */
export const inRoot = (...parts) => join(root, ...parts)

/** What is costly to make and the same for every checkout of this account. */
export const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'shelfcast')

/** Where a step's noise goes. @param {string} name */
export const logFile = (name) => join(cacheDir, 'logs', `${name}.log`)

/** What this deployment must not lose. @param {NodeJS.ProcessEnv} env */
export const dataDirOf = (env) => resolve(root, env.DATA_DIR || '.data')

/** A path as a reader wants it: short when it is in the checkout. @param {string} path */
export const shown = (path) => (relative(root, path).startsWith('..') ? path : relative(root, path))
