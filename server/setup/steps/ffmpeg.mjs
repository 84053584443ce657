import { aptInstall, canApt, installLine } from '../lib/apt.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { blocked } from '../lib/report.mjs'
import { isExecutable, which } from '../lib/which.mjs'

/**
 * ffmpeg, which records shows and plays the demo's host. Without it set-up goes on: nothing is recorded, and the demo's
 * show waits for a person to go live. Empty where there is none.
 * @param {NodeJS.ProcessEnv} env
 * @returns {import('../lib/finding.mjs').Finding<string>} its path
 */
export function findFfmpeg(env) {
  const path = env.FFMPEG_BIN && isExecutable(env.FFMPEG_BIN) ? env.FFMPEG_BIN : which('ffmpeg')
  if (path)
    return { state: 'ready', text: `ffmpeg (${path}) for recordings and the demo's film`, value: path }
  if (canApt() && !couldNotInstall) {
    return {
      state: 'todo',
      text: "ffmpeg is not on this machine; installing it with apt-get for recordings and the demo's film",
      repair: install,
    }
  }
  const line = installLine({ apt: 'ffmpeg', brew: 'ffmpeg', other: 'ffmpeg' })
  return {
    state: 'ready',
    text: `no ffmpeg: shows are not recorded, and the demo's show waits for a host (${line})`,
    value: '',
  }
}

let couldNotInstall = false

async function install() {
  try {
    await aptInstall(['ffmpeg'])
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error
    couldNotInstall = true
    blocked({ text: error.message, why: error.why, fix: error.fix })
  }
}
