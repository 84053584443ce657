import { isFree } from '../lib/ports.mjs'

// As server/src/config.ts has them, which cannot be read before its packages are installed.
const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8080

/**
 * Whether the server will get its port, asked before the minutes that lead up to it.
 * @param {{ env: NodeJS.ProcessEnv }} context
 * @returns {Promise<import('../lib/finding.mjs').Finding<number>>}
 */
export async function findPort({ env }) {
  const port = Number(env.PORT || DEFAULT_PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return {
      state: 'blocked',
      text: `PORT is ${env.PORT}, which is no port number`,
      why: 'The server listens on it.',
      fix: `PORT=${DEFAULT_PORT} npm start`,
    }
  }
  if (await isFree(port, env.HOST || DEFAULT_HOST))
    return { state: 'ready', text: `port ${port} is free`, value: port }
  return {
    state: 'blocked',
    text: `port ${port} is taken by another program`,
    why: 'The server listens on it, and two on one port would each get half of the visitors.',
    fix: `PORT=${port + 1} npm start`,
  }
}
