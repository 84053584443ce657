import { expect, test } from 'vitest'
import { testBrowser } from './browser.ts'
import { keyboardFaults } from './keyboard.ts'

/** That the check of our pages finds what it is for. */

const browser = await testBrowser()

async function faultsOf(html: string): Promise<string[]> {
  const page = await browser.newPage()
  await page.setContent(html)
  const faults = await keyboardFaults(page)
  await page.close()
  return faults
}

test('a plain page has no faults: hidden, disabled and further radio controls are no stops', async () => {
  expect(
    await faultsOf(`
      <a href="#">link</a> <button>one</button> <button disabled>off</button> <button hidden>hidden</button>
      <label><input type="radio" name="r" checked />a</label> <label><input type="radio" name="r" />b</label>
      <input type="datetime-local" /> <div inert><button>behind</button></div> <select><option>x</option></select>`),
  ).toEqual([])
})

test('a control that keeps the focus is a trap for those behind it', async () => {
  const faults = await faultsOf(`<button id="trap">trap</button><button id="behind">behind</button>
    <script>trap.addEventListener('keydown', (event) => event.preventDefault())</script>`)
  expect(faults).toEqual([expect.stringMatching(/^Tab does not reach .*behind/)])
})

test('a control that looks the same with the focus is named', async () => {
  const faults = await faultsOf(`<style>#plain:focus { outline: none }</style>
    <div style="box-shadow: 0 0 4px black"><button id="plain">plain</button></div>`)
  expect(faults).toEqual([expect.stringMatching(/^the focus does not show on .*plain/)])
})
