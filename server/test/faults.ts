/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { keyboardFaults } from './keyboard.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Sheets and faces fade in; what is measured is what comes to rest. */
const SETTLE_MS = 500

/**
 * What keeps somebody from using the page as it is now: what axe-core calls serious or critical, what a keyboard does
 * not reach, and content that is wider than the window.
 */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.waitForTimeout(SETTLE_MS)
  const surplus = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  return [
    ...(surplus > 0 ? [`the page is ${surplus} px wider than the window`] : []),
    ...(await seriousFaults(page)),
    ...(await keyboardFaults(page)),
  ]
}

async function seriousFaults(page: Page): Promise<string[]> {
  // Through the debugger: the pages' own policy lets in no script but theirs.
  await page.evaluate(AXE)
  const results = (await page.evaluate('axe.run()')) as AxeResults
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
}
