import { availableParallelism } from 'node:os'
import { whyNotTcp, whyNotUdp } from '../lib/ports.mjs'

/** @typedef {import('../lib/finding.mjs').Blocked} Blocked */

// As server/src/config.ts has them, which cannot be read before its packages are installed.
const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8080
const DEFAULT_MEDIA_PORT = 44_400
const MEDIA_WORKERS = { byThemselves: 16, max: 64 }
const PORT_MAX = 65_535

/**
 * Whether the server will get its ports, asked before the minutes that lead up to it.
 * @param {{ env: NodeJS.ProcessEnv }} context
 * @returns {Promise<import('../lib/finding.mjs').Finding<number>>}
 */
export async function findPorts({ env }) {
  const port = Number(env.PORT || DEFAULT_PORT)
  const mediaPort = Number(env.MEDIA_PORT || DEFAULT_MEDIA_PORT)
  const workers = Number(env.MEDIA_WORKERS || Math.min(availableParallelism(), MEDIA_WORKERS.byThemselves))
  const problem =
    outOfRange('PORT', port, PORT_MAX, DEFAULT_PORT) ??
    outOfRange('MEDIA_WORKERS', workers, MEDIA_WORKERS.max, 1) ??
    outOfRange('MEDIA_PORT', mediaPort, PORT_MAX + 1 - workers, DEFAULT_MEDIA_PORT) ??
    (await httpTrouble(port, env.HOST || DEFAULT_HOST)) ??
    (await mediaTrouble(mediaPort, workers, env.MEDIA_IP || DEFAULT_HOST))
  const text = `port ${port} is free, and from ${mediaPort} on for video`
  return problem ?? { state: 'ready', text, value: port }
}

/**
 * @param {string} name @param {number} value @param {number} max @param {number} otherwise
 * @returns {Blocked | null}
 */
function outOfRange(name, value, max, otherwise) {
  if (Number.isInteger(value) && value >= 1 && value <= max) return null
  return {
    state: 'blocked',
    text: `${name} is no whole number from 1 to ${max}`,
    why: 'The server would not start with it.',
    fix: `${name}=${otherwise} npm start`,
  }
}

/** @param {number} port @param {string} host @returns {Promise<Blocked | null>} */
async function httpTrouble(port, host) {
  const code = await whyNotTcp(port, host)
  const why = 'The server listens on it, and two on one port would each get half of the visitors.'
  const other = port + 1 > PORT_MAX ? DEFAULT_PORT : port + 1
  if (code === null) return null
  return { state: 'blocked', why, ...told(code, `port ${port}`, ['HOST', host], `PORT=${other}`) }
}

/** @param {number} first @param {number} workers @param {string} ip @returns {Promise<Blocked | null>} */
async function mediaTrouble(first, workers, ip) {
  const why = `Each of the ${workers} media workers has one, from ${first} on. A second server of this machine wants others.`
  const other = first + 100 + workers > PORT_MAX ? DEFAULT_MEDIA_PORT : first + 100
  for (let port = first; port < first + workers; port++) {
    const code = (await whyNotTcp(port, ip)) ?? (await whyNotUdp(port, ip))
    const what = `port ${port}, by which video comes and goes,`
    if (code !== null)
      return { state: 'blocked', why, ...told(code, what, ['MEDIA_IP', ip], `MEDIA_PORT=${other}`) }
  }
  return null
}

/**
 * @param {string} code @param {string} what
 * @param {[name: string, ip: string]} address
 * @param {string} otherPort
 */
function told(code, what, [name, ip], otherPort) {
  switch (code) {
    case 'EADDRINUSE':
      return { text: `${what} is taken by another program`, fix: `${otherPort} npm start` }
    case 'EADDRNOTAVAIL':
      return {
        text: `${name} is ${ip}, which is no address of this machine`,
        fix: `${name}=${DEFAULT_HOST} npm start`,
      }
    default:
      return { text: `${what} cannot be had: ${code}`, fix: `${otherPort} npm start` }
  }
}
