import { spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'

/** The script of PROTOCOL.md, as it stands there. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FILE = `${ROOT}/.script-of-the-protocol-page.${process.pid}.ts`

test('the script of PROTOCOL.md joins a room as a guest, and tells what is said there', async () => {
  const page = readFileSync(`${ROOT}/shared/protocol/PROTOCOL.md`, 'utf8')
  writeFileSync(FILE, /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
  const app = await testApp()
  const { show, tenant, owner } = await merchant(app)
  const child = spawn(process.execPath, ['--import', 'tsx', FILE, app.url, show.id], { cwd: ROOT })
  try {
    let told = ''
    for (const output of [child.stdout, child.stderr]) output.on('data', (data) => (told += data))
    await expect.poll(() => told, { timeout: 20_000 }).toContain('(live)')
    expect(told).toContain('Winter evening: scheduled')
    const speaker = {
      tenantId: tenant.id,
      showId: show.id,
      personId: owner.id,
      name: 'Owner',
      role: 'host',
    } as const
    await app.domains.chat.say(speaker, 'good evening')
    await expect.poll(() => told).toContain('Owner: good evening')
  } finally {
    child.kill()
    rmSync(FILE)
  }
}, 60_000)
