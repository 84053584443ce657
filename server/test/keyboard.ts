/// <reference lib="dom" />
import type { Page } from 'playwright-core'

/** What a keyboard can be used on, apart from what is hidden, off or behind a modal dialog. */
const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])'
/** Stops that are no controls: the fields within a date, places that scroll, the page itself between two rounds. */
const OTHER_STOPS_MAX = 20

interface Walk {
  waiting: Element[]
  /** How an element and what is around it look now. */
  look(element: Element): string
  looks: Map<Element, string>
  /** Controls that looked the same with the focus on them as without. */
  unmarked: string[]
}

declare global {
  interface Window {
    keyboardWalk?: Walk
  }
}

/**
 * Presses Tab until every control of the page had the focus.
 * @returns a sentence for each control that never had it, or that does not show it
 */
export async function keyboardFaults(page: Page): Promise<string[]> {
  const count = await page.evaluate(begin, CONTROLS)
  for (let press = 0; press < 2 * count + OTHER_STOPS_MAX; press++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate(visit)) === 0) break
  }
  return page.evaluate(report)
}

/** Runs in the page: notes the controls that Tab has to reach. */
function begin(selector: string): number {
  // What has the focus already would look the same before and after.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  const dialog = [...document.querySelectorAll(':modal')].at(-1) ?? null // the one on top of another
  const usable = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true }) &&
    !element.matches(':disabled') &&
    element.closest('[inert]') === null &&
    (dialog === null || dialog.contains(element)) &&
    !(element instanceof HTMLElement && element.tabIndex < 0)
  const radios = new Set<string>()
  const waiting = [...document.querySelectorAll(selector)].filter((element) => {
    if (!usable(element)) return false
    if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true
    // Of a group of radio buttons one is a stop; arrows move between them.
    const first = !radios.has(element.name)
    radios.add(element.name)
    return first
  })
  const look = (element: Element): string => {
    const around = [element, element.parentElement, element.parentElement?.parentElement]
    const styles = around.map((one) => (one ? getComputedStyle(one) : null))
    return styles
      .map((style) => style && [style.outline, style.boxShadow, style.borderColor, style.background].join())
      .join()
  }
  const looks = new Map(waiting.map((element) => [element, look(element)]))
  window.keyboardWalk = { waiting, look, looks, unmarked: [] }
  return waiting.length
}

/** Runs in the page after each press: takes what has the focus off the list. @returns how many still wait */
function visit(): number {
  const walk = window.keyboardWalk
  const focused = document.activeElement
  if (!walk || !focused) return 0
  const sameGroup = (element: Element): boolean =>
    element instanceof HTMLInputElement &&
    focused instanceof HTMLInputElement &&
    element.type === 'radio' &&
    focused.type === 'radio' &&
    element.name === focused.name
  const reached = walk.waiting.filter((element) => element === focused || sameGroup(element))
  walk.waiting = walk.waiting.filter((element) => element.isConnected && !reached.includes(element))
  if (reached.length > 0 && walk.look(focused) === walk.looks.get(focused)) {
    walk.unmarked.push(focused.outerHTML.slice(0, 120))
  }
  return walk.waiting.length
}

/** Runs in the page. */
function report(): string[] {
  const walk = window.keyboardWalk
  if (!walk) return ['the page was left']
  return [
    ...walk.waiting.map((element) => `Tab does not reach ${element.outerHTML.slice(0, 120)}`),
    ...walk.unmarked.map((html) => `the focus does not show on ${html}`),
  ]
}
