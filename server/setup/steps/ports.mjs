import { availableParallelism } from 'node:os'
import { isFree, isFreeForUdp } from '../lib/ports.mjs'

// As server/src/config.ts has them, which cannot be read before its packages are installed.
const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8080
const DEFAULT_MEDIA_PORT = 44_400
const MEDIA_WORKERS_MAX = 16

/**
 * Whether the server will get its ports, asked before the minutes that lead up to it.
 * @param {{ env: NodeJS.ProcessEnv }} context
 * @returns {Promise<import('../lib/finding.mjs').Finding<number>>}
 */
export async function findPorts({ env }) {
  const port = portOf(env.PORT, DEFAULT_PORT)
  if (port === null) return noPort('PORT', env.PORT, DEFAULT_PORT)
  const mediaPort = portOf(env.MEDIA_PORT, DEFAULT_MEDIA_PORT)
  if (mediaPort === null) return noPort('MEDIA_PORT', env.MEDIA_PORT, DEFAULT_MEDIA_PORT)
  if (!(await isFree(port, env.HOST || DEFAULT_HOST))) {
    return {
      state: 'blocked',
      text: `port ${port} is taken by another program`,
      why: 'The server listens on it, and two on one port would each get half of the visitors.',
      fix: `PORT=${port + 1} npm start`,
    }
  }
  const workers = Number(env.MEDIA_WORKERS || Math.min(availableParallelism(), MEDIA_WORKERS_MAX))
  for (let media = mediaPort; media < mediaPort + workers; media++) {
    if (await isFreeForMedia(media, env.MEDIA_IP || DEFAULT_HOST)) continue
    return {
      state: 'blocked',
      text: `port ${media}, by which video comes and goes, is taken by another program`,
      why: `Each of the ${workers} media workers has one, from ${mediaPort} on. A second server of this machine wants others.`,
      fix: `MEDIA_PORT=${mediaPort + 100} npm start`,
    }
  }
  return { state: 'ready', text: `port ${port} is free, and from ${mediaPort} on for video`, value: port }
}

/** @param {number} port @param {string} ip */
async function isFreeForMedia(port, ip) {
  return (await isFree(port, ip)) && (await isFreeForUdp(port, ip))
}

/** @param {string | undefined} text @param {number} otherwise @returns {number | null} null for no port number */
function portOf(text, otherwise) {
  const port = Number(text || otherwise)
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : null
}

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} otherwise
 * @returns {import('../lib/finding.mjs').Blocked}
 */
function noPort(name, text, otherwise) {
  return {
    state: 'blocked',
    text: `${name} is ${text}, which is no port number`,
    why: 'The server listens on it.',
    fix: `${name}=${otherwise} npm start`,
  }
}
