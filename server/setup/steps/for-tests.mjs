import { aptInstall, canApt, installLine } from '../lib/apt.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { blocked } from '../lib/report.mjs'

/**
 * A program that is not ours and that one test alone needs: where it cannot be had, that test is skipped and says so.
 * @param {{ name: string, role: string, isHere: () => boolean, packages: string[], other: string }} tool `role`: what
 * a test does with it; `packages`: Debian's; `other`: what to look for elsewhere
 * @returns {() => import('../lib/finding.mjs').Finding<void>}
 */
export function forTests({ name, role, isHere, packages, other }) {
  let couldNotInstall = false
  const install = async () => {
    couldNotInstall = true // is looked at again only where the packages did not bring what is needed
    try {
      await aptInstall(packages)
    } catch (error) {
      if (!(error instanceof SetupProblem)) throw error
      blocked({ text: error.message, why: error.why, fix: error.fix })
    }
  }
  return () => {
    if (isHere()) return { state: 'ready', text: `${name}, ${role}`, value: undefined }
    if (canApt() && !couldNotInstall) {
      return {
        state: 'todo',
        text: `${name} is not on this machine; installing it with apt-get for the tests`,
        repair: install,
      }
    }
    const line = installLine({ apt: packages.join(' '), other })
    return { state: 'ready', text: `no ${name}: its test is skipped (${line})`, value: undefined }
  }
}
