import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { loads } from './prove.mjs'

const RELEASES = 'https://github.com/versatica/mediasoup/releases/download'
const FIRST_BYTE_MS_MAX = 8_000
const DOWNLOAD_MS_MAX = 120_000

/** The archive's name, as mediasoup's own npm-scripts.mjs makes it. @param {string} version */
function archiveName(version) {
  const kernel = process.platform === 'linux' ? `-kernel${release().split('.')[0]}` : ''
  return `mediasoup-worker-${version}-${process.platform}-${process.arch}${kernel}.tgz`
}

/**
 * Downloads mediasoup's own build. Obeys the variables that mediasoup's postinstall obeys.
 * @param {string} version
 * @param {string} folder an empty one
 * @returns {Promise<string>} the worker's path
 * @throws {Error} in a few words, when there is none or it does not run here
 */
export async function downloadWorker(version, folder) {
  if (process.env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD) throw new Error('the environment says not to')
  const base = process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || RELEASES
  const archive = join(folder, 'worker.tgz')
  writeFileSync(archive, await download(`${base}/${version}/${archiveName(version)}`))
  spawnSync('tar', ['-xzf', archive, '-C', folder])
  const worker = join(folder, 'mediasoup-worker')
  if (!loads(worker)) throw new Error('the downloaded one does not run on this machine')
  return worker
}

/** @param {string} url @returns {Promise<Uint8Array>} */
async function download(url) {
  const aborter = new AbortController()
  const firstByte = setTimeout(() => aborter.abort(), FIRST_BYTE_MS_MAX)
  const whole = setTimeout(() => aborter.abort(), DOWNLOAD_MS_MAX)
  try {
    const response = await fetch(url, { signal: aborter.signal })
    clearTimeout(firstByte)
    if (!response.ok) throw new Error(`${new URL(url).host} answers ${response.status}`)
    return new Uint8Array(await response.arrayBuffer())
  } catch (error) {
    throw error instanceof TypeError || aborter.signal.aborted
      ? new Error(`${new URL(url).host} is not reachable`)
      : error
  } finally {
    clearTimeout(firstByte)
    clearTimeout(whole)
  }
}
