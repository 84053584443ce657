import { doing, ready } from './report.mjs'

/**
 * What a step found out, without having changed anything. `ready` carries what later steps need,
 * `todo` knows how to get there, `blocked` needs a human and says the one line that helps.
 * @template [T=void]
 * @typedef {Ready<T> | Todo | Blocked} Finding
 */
/**
 * @template T
 * @typedef {{ state: 'ready', text: string, value: T }} Ready
 */
/** @typedef {{ state: 'todo', text: string, repair: () => Promise<void> }} Todo */
/** @typedef {{ state: 'blocked', text: string, why: string, fix: string }} Blocked */

/** A problem that the reader can fix: what is missing, why it matters, and one line that fixes it. */
export class SetupProblem extends Error {
  /** @param {{ text: string, why: string, fix: string }} problem */
  constructor({ text, why, fix }) {
    super(text)
    this.why = why
    this.fix = fix
  }
}

/**
 * Runs a step to its end: finds, repairs when it can, and finds again, so that a repair is believed
 * only when the same look that missed the thing now sees it.
 * @template T
 * @param {() => Promise<Finding<T>> | Finding<T>} find
 * @returns {Promise<T>}
 * @throws {SetupProblem} when only a human can go on
 */
export async function settle(find) {
  let finding = await find()
  if (finding.state === 'todo') {
    doing(finding.text)
    await finding.repair()
    finding = await find()
  }
  if (finding.state === 'blocked') throw new SetupProblem(finding)
  if (finding.state === 'todo') throw unfinished(finding)
  ready(finding.text)
  return finding.value
}

/** @param {Todo} finding */
function unfinished(finding) {
  return new SetupProblem({
    text: `Tried, and it is still not there: ${finding.text}`,
    why: 'The step ran without an error, yet what it should have made cannot be found.',
    fix: 'npm run doctor',
  })
}
