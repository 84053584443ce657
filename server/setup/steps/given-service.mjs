import { answers } from '../lib/ports.mjs'

const ANSWER_MS_MAX = 3000

/**
 * A service that the environment names. Its URL holds a password, so only host and port are shown.
 * @param {{ name: string, variable: string, url: string, port: number, why: string }} service `port`: where it listens by default
 * @returns {Promise<import('../lib/finding.mjs').Finding<{ kind: 'given', url: string }>>}
 */
export async function findGiven({ name, variable, url, port, why }) {
  const parsed = parse(url)
  if (!parsed) {
    const fix = `${variable}=${name === 'Redis' ? 'redis' : 'postgres'}://user:password@host:${port}/…`
    return { state: 'blocked', text: `${variable} is not a URL`, why, fix }
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '') || 'localhost'
  const at = Number(parsed.port) || port
  if (await answers(host, at, ANSWER_MS_MAX)) {
    return { state: 'ready', text: `${name} at ${host}:${at} (${variable})`, value: { kind: 'given', url } }
  }
  return {
    state: 'blocked',
    text: `${variable} names ${host}:${at}, where nothing answers`,
    why,
    fix: `Start it, or unset ${variable} and Shelfcast runs a private one.`,
  }
}

/** @param {string} url */
function parse(url) {
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}
