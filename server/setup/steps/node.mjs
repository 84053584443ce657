import { spawnSync } from 'node:child_process'

/** @typedef {{ node: string, platform: NodeJS.Platform, arch: string, glibc: string | undefined }} Machine */

/** The Node releases that Shelfcast supports, and the glibc that uWebSockets.js's binary for each needs. */
const SUPPORTED = [
  { major: 20, minorMin: 19, glibcMin: '2.27' },
  { major: 22, minorMin: 0, glibcMin: '2.38' },
  { major: 24, minorMin: 0, glibcMin: '2.38' },
]

/** Whether this Node is supported, and whether it can load uWebSockets.js here. */
export const findNode = () => judgeNode(thisMachine())

/** @returns {Machine} */
const thisMachine = () => ({
  node: process.versions.node,
  platform: process.platform,
  arch: process.arch,
  glibc: process.platform === 'linux' ? glibcVersion() : undefined,
})

/** Undefined where the C library is another one (musl). */
function glibcVersion() {
  const { stdout } = spawnSync('getconf', ['GNU_LIBC_VERSION'], { encoding: 'utf8' })
  return /glibc (\d+\.\d+)/.exec(stdout ?? '')?.[1]
}

/**
 * @param {Machine} machine
 * @returns {import('../lib/finding.mjs').Finding}
 */
export function judgeNode({ node, platform, arch, glibc }) {
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const release = SUPPORTED.find((each) => each.major === major && minor >= each.minorMin)
  if (!release) return unsupportedNode(node)
  if (platform !== 'linux') return ready(`Node ${node} on ${platform} ${arch}`)
  if (!glibc) return withoutGlibc(node)
  if (isOlder(glibc, release.glibcMin)) return oldGlibc(node, glibc, release.glibcMin)
  return ready(`Node ${node} on linux ${arch}, glibc ${glibc}`)
}

/** @param {string} text @returns {import('../lib/finding.mjs').Finding} */
const ready = (text) => ({ state: 'ready', text, value: undefined })

/** @param {string} node @returns {import('../lib/finding.mjs').Blocked} */
const unsupportedNode = (node) => ({
  state: 'blocked',
  text: `Node ${node} is not supported: it must be 20.19 or newer of 20, or 22, or 24`,
  why: 'The WebSocket server is a native module that is built for those releases.',
  fix: 'nvm install 24',
})

/** @param {string} node @returns {import('../lib/finding.mjs').Blocked} */
const withoutGlibc = (node) => ({
  state: 'blocked',
  text: `Node ${node} runs here on a C library that is not glibc`,
  why: 'The WebSocket server (uWebSockets.js) has binaries for glibc only.',
  fix: 'docker compose up',
})

/** @param {string} node @param {string} glibc @param {string} min @returns {import('../lib/finding.mjs').Blocked} */
const oldGlibc = (node, glibc, min) => ({
  state: 'blocked',
  text: `Node ${node} needs glibc ${min} here, and this system has ${glibc}`,
  why: "uWebSockets.js's binary for this Node does not load; the one for Node 20 needs only glibc 2.27.",
  fix: 'nvm install 20   (or a newer system: Debian 13, Ubuntu 24.04)',
})

/** @param {string} a @param {string} b versions of two numbers */
function isOlder(a, b) {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number)
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number)
  return aMajor < bMajor || (aMajor === bMajor && aMinor < bMinor)
}
