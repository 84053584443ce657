/// <reference lib="dom" />
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ReplayView } from '@shelfcast/shared/api/replays.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { createDomains, type Domains } from '../src/domains.ts'
import { merchant } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { FFMPEG } from './plain-host.ts'
import { freePort } from './ports.ts'
import { type ServerProcess, startServer } from './processes.ts'
import { until } from './stage.ts'
import { testDatabaseUrl, testRedis, testRedisUrl } from './world.ts'

/** Real server processes that record a studio in Chromium are killed with -9: what they had recorded is in the one replay. */

/** A take of a process that died is ended after `staleMs`, a minute. */
const READY_MS_MAX = 120_000

describe.skipIf(FFMPEG === '').sequential('recordings over deaths', { timeout: 300_000 }, async () => {
  const browser = await testBrowser()
  let environment: Record<string, string>
  let domains: Domains
  let shop: Awaited<ReturnType<typeof merchant>>
  /** Shows whose takes are ended while others are recorded. */
  const killed: string[] = []

  beforeAll(async () => {
    await testRedis()
    const dataDir = mkdtempSync(join(tmpdir(), 'shelfcast-recording-deaths-'))
    environment = {
      DATABASE_URL: await testDatabaseUrl(),
      REDIS_URL: testRedisUrl(),
      DATA_DIR: dataDir,
      SECRET: 'a secret that two processes share, for a test',
      FFMPEG_BIN: FFMPEG,
    }
    domains = createDomains(loadConfig({ ...environment, LOG_LEVEL: 'silent' }))
    shop = await merchant({ domains, url: '' })
    afterAll(async () => {
      await domains.close()
      rmSync(dataDir, { recursive: true, force: true })
    })
  })

  const serverOn = async (port: number): Promise<ServerProcess> =>
    startServer({ ...environment, PORT: String(port), MEDIA_PORT: String(await freePort()) })
  const newShow = async () =>
    domains.shows.create(shop.tenant.id, { title: 'Killed', scheduledAt: null, hostIds: [shop.owner.id] })

  const takesOf = (showId: string) => domains.db.sql<{ id: string; segments: number }[]>`
    select t.id, count(s.*)::int as segments
    from takes t left join take_segments s on s.tenant_id = t.tenant_id and s.take_id = t.id
    where t.show_id = ${showId} group by t.id, t.started_at order by t.started_at`
  /** Some seconds more are recorded, in a take of its own. */
  const isRecorded = (showId: string, takes: number) =>
    until(async () => {
      const known = await takesOf(showId)
      return known.length >= takes && (known.at(-1)?.segments ?? 0) >= 2
    }, 60_000)

  async function studio(url: string, showId: string): Promise<Page> {
    const { page } = await windowOf(browser, url, shop.owner.token)
    await page.goto(`${url}/studio/${shop.tenant.id}/${showId}`)
    return page
  }
  async function end(page: Page): Promise<void> {
    await page.getByTestId('end-show').click()
    await page.getByTestId('end-confirm').click()
    await page.locator('[data-testid=face][data-face=ended]').waitFor()
  }
  const isOnAir = (page: Page) => page.getByTestId('on-air').waitFor({ timeout: 60_000 })

  /** The one replay, with something of every take, decoded to its end. */
  async function isWhole(url: string, showId: string): Promise<void> {
    const replay = await until(async () => {
      const view = (await (await fetch(`${url}/api/v1/shows/${showId}/replay`)).json()) as ReplayView
      return view.status === 'ready' && view
    }, READY_MS_MAX)
    const takes = await takesOf(showId)
    const playlist = await (await fetch(url + replay.playlistUrl)).text()
    expect(takes.length).toBeGreaterThanOrEqual(2)
    for (const { id } of takes) expect(playlist).toContain(id)
    const args = ['-hide_banner', '-nostats', '-i', url + replay.playlistUrl, '-f', 'null', '-']
    const { stderr } = await promisify(execFile)(FFMPEG, args, { timeout: 60_000 })
    const [, frames, minutes, seconds] = /frame=\s*(\d+).* time=\d+:(\d+):([\d.]+)/.exec(stderr) ?? []
    expect(stderr).toMatch(/Audio: aac/)
    expect(Number(frames)).toBeGreaterThan(50)
    const decodedMs = 1000 * (Number(minutes) * 60 + Number(seconds))
    expect(Math.abs(decodedMs - replay.durationMs)).toBeLessThan(1500)
    console.info(`${takes.length} takes, ${Math.round(replay.durationMs)} ms, ${frames} pictures`)
  }

  test('the home of a show is killed: the show goes on at another node', async () => {
    const [portA, portB] = [await freePort(), await freePort()]
    const [a, b] = [`http://localhost:${portA}`, `http://localhost:${portB}`]
    const [nodeA, nodeB] = await Promise.all([serverOn(portA), serverOn(portB)])
    const { id: showId } = await newShow()
    const host = await studio(a, showId)
    await host.getByTestId('go-live').click({ timeout: 15_000 })
    await isOnAir(host)
    await isRecorded(showId, 1)
    await nodeA.kill()
    await host.context().close()
    await until(async () => (await domains.shows.find(showId))?.hostAwaySince !== null, 30_000)
    const back = await studio(b, showId)
    await isOnAir(back) // by itself: the show waits for its host
    await isRecorded(showId, 2)
    await end(back)
    killed.push(showId)
    await back.context().close()
    await nodeB.stop()
  })

  test('the only server is killed and started again: the studio comes back by itself', async () => {
    const port = await freePort()
    const url = `http://localhost:${port}`
    const first = await serverOn(port)
    const { id: showId } = await newShow()
    const host = await studio(url, showId)
    await host.getByTestId('go-live').click({ timeout: 15_000 })
    await isOnAir(host)
    await isRecorded(showId, 1)
    await first.kill()
    const second = await serverOn(port)
    await isOnAir(host)
    await isRecorded(showId, 2)
    await end(host)
    killed.push(showId)
    await host.context().close()
    await second.stop()
  })

  test('each has one replay, of what was recorded before and after', async () => {
    const port = await freePort()
    const server = await serverOn(port)
    expect(killed).toHaveLength(2)
    for (const showId of killed) await isWhole(`http://localhost:${port}`, showId)
    await server.stop()
  })
})
