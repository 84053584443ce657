import { aptInstall, canApt, installLine } from '../lib/apt.mjs'
import { isExecutable, which } from '../lib/which.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const MAC_APPS = ['Google Chrome', 'Chromium'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
)
const WHY = 'The journey tests drive real browsers, with a camera and viewers.'

/**
 * A Chromium for the tests; the server itself needs none.
 * @param {NodeJS.ProcessEnv} env
 * @returns {import('../lib/finding.mjs').Finding<string>} its path
 */
export function findChromium(env) {
  const given = env.CHROMIUM_BIN
  if (given && !isExecutable(given)) {
    return {
      state: 'blocked',
      text: `CHROMIUM_BIN names ${given}, which is no program`,
      why: WHY,
      fix: 'unset CHROMIUM_BIN',
    }
  }
  const path = given ?? which(...NAMES) ?? MAC_APPS.find(isExecutable)
  if (path) return { state: 'ready', text: `Chromium (${path})`, value: path }
  if (canApt()) {
    return {
      state: 'todo',
      text: 'Chromium is not on this machine; installing it with apt-get',
      repair: () => aptInstall(['chromium']),
    }
  }
  const fix = installLine({ apt: 'chromium', brew: '--cask chromium', other: 'Chromium' })
  return { state: 'blocked', text: 'Chromium is not on this machine', why: WHY, fix }
}
