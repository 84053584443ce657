/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { keyboardFaults } from './keyboard.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const PHONE = { width: 390, height: 844 }
export const TABLET = { width: 1024, height: 768 }
export const DESK = { width: 1440, height: 900 }

/** Sheets and faces fade in; what is measured is what comes to rest. */
const SETTLE_MS = 500

/**
 * What keeps somebody from using the page as it is now: what axe-core calls serious or critical, what a keyboard does
 * not reach, and content that is wider than the window. What is found is looked at once more: an answer that comes
 * late may have changed the page while it was being measured.
 */
export async function faultsOf(page: Page): Promise<string[]> {
  const faults = await faultsNow(page)
  return faults.length > 0 ? faultsNow(page) : faults
}

async function faultsNow(page: Page): Promise<string[]> {
  await page.waitForTimeout(SETTLE_MS)
  const { surplus, lang } = await page.evaluate(() => ({
    surplus: document.documentElement.scrollWidth - window.innerWidth,
    lang: document.documentElement.lang,
  }))
  return [
    ...(surplus > 0 ? [`the page is ${surplus} px wider than the window`] : []),
    ...(await seriousFaults(page)),
    ...(lang === 'en' ? await keyboardFaults(page) : []), // the way of the Tab key is the same in every language
  ]
}

/** Fails unless the page as it is now has no faults in windows of these sizes. */
export async function isForEveryone(page: Page, sizes = [PHONE, DESK]): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    expect([size.width, await faultsOf(page)]).toEqual([size.width, []])
  }
}

/** Opens a dialog or a sheet, checks the page with it, and closes it with the key for that. */
export async function dialogIsForEveryone(page: Page, open: () => Promise<void>): Promise<void> {
  await open()
  await page.locator('dialog[open]').waitFor()
  await isForEveryone(page)
  await page.keyboard.press('Escape')
  await page.locator('dialog[open]').waitFor({ state: 'detached' })
}

async function seriousFaults(page: Page): Promise<string[]> {
  // Through the debugger: the pages' own policy lets in no script but theirs.
  await page.evaluate(AXE)
  const results = (await page.evaluate('axe.run()')) as AxeResults
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
}
