import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupProblem } from '../lib/finding.mjs'

/** @typedef {{ file: string, find: string, replace: string }} Patch */

/** What has to change in mediasoup's worker to build and run on distribution libraries. @type {Patch[]} */
export const patches = [
  {
    // Debian 12 has Meson 1.0.1, and nothing in the build file needs more.
    file: 'meson.build',
    find: "meson_version: '>= 1.1.0'",
    replace: "meson_version: '>= 1.0.0'",
  },
  {
    // The operation of a callback's second call is the first one's *or* BIO_CB_RETURN, so equality
    // never holds and every BIO_ctrl() seems to return 1. An OpenSSL built with kernel TLS, such as
    // Debian's, then believes that the BIO encrypts by itself, allocates no write buffer and
    // crashes at the first DTLS handshake.
    file: 'src/RTC/DtlsTransport.cpp',
    find: '(operationType == BIO_CB_RETURN)',
    replace: '((operationType & BIO_CB_RETURN) != 0)',
  },
]

/**
 * Applies each patch exactly once.
 * @param {string} folder
 * @param {Patch[]} list
 * @throws {SetupProblem} when a text is not there once: then mediasoup has changed, and a worker
 *   built without the patch would crash under its first viewer
 */
export function applyPatches(folder, list = patches) {
  for (const { file, find, replace } of list) {
    const path = join(folder, file)
    const pieces = readFileSync(path, 'utf8').split(find)
    if (pieces.length !== 2) throw outdated(file, find, pieces.length - 1)
    writeFileSync(path, pieces.join(replace))
  }
}

/** @param {string} file @param {string} find @param {number} count */
function outdated(file, find, count) {
  return new SetupProblem({
    text: `mediasoup's worker/${file} has "${find}" ${count} times instead of once`,
    why: 'The patch was written for another version of mediasoup; without it the worker does not build or crashes.',
    fix: 'Check what became of it upstream and correct server/setup/worker/patches.mjs.',
  })
}
