import { createSocket } from 'node:dgram'
import { connect, createServer, isIPv6 } from 'node:net'

/** A TCP port of this machine that was free a moment ago. @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new Error('no TCP address'))
      server.close(() => resolve(address.port))
    })
  })
}

/**
 * The given port when it is free, else another one.
 * @param {number | undefined} wanted
 */
export async function freePortLike(wanted) {
  return wanted && (await whyNotTcp(wanted)) === null ? wanted : freePort()
}

/**
 * Why nobody can listen there, as the system's error code; null where one can.
 * @param {number} port @param {string} [host] @returns {Promise<string | null>}
 */
export function whyNotTcp(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (/** @type {NodeJS.ErrnoException} */ { code = '' }) => resolve(code))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)))
  })
}

/** As `whyNotTcp`. @param {number} port @param {string} ip @returns {Promise<string | null>} */
export function whyNotUdp(port, ip) {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(ip) ? 'udp6' : 'udp4')
    socket.once('error', (/** @type {NodeJS.ErrnoException} */ { code = '' }) => {
      socket.close()
      resolve(code)
    })
    socket.bind({ port, address: ip, exclusive: true }, () => socket.close(() => resolve(null)))
  })
}

/**
 * Whether something accepts connections there.
 * @param {string} host
 * @param {number} port
 * @param {number} timeoutMs
 * @returns {Promise<boolean>}
 */
export function answers(host, port, timeoutMs) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    /** @param {boolean} answered */
    const end = (answered) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}
