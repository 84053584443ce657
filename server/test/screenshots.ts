import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { demoSignIns } from '../src/demo/sign-ins.ts'

/**
 * `npm run screenshots [part of a name]`: takes the README's pictures anew from the demo that `npm start` serves.
 * With FILM set to a film, the studio's camera shows it.
 */

const url = `http://localhost:${process.env.PORT || 8080}`
const dataDir = process.env.DATA_DIR || fileURLToPath(new URL('../../.data', import.meta.url))
const out = fileURLToPath(new URL('../../client/screenshots/', import.meta.url))
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } }
const LOCALES = { en: 'en-US', zh: 'zh-CN' }
const WEBP_QUALITY = 82
const SETTLE_MS = 4000
/** Named as the studio should show it: the path is the camera's label. */
const CAMERA = 'camera.mjpeg'

const found = demoSignIns(dataDir)
if (!found) throw new Error(`no demo in ${dataDir}: run npm start first`)
const demo = found

interface Shot {
  name: string
  path: string
  /** Waited for before the picture is taken. */
  shows: string
  as?: 'owner' | 'host'
  act?(page: Page): Promise<void>
}

const SHOTS: readonly Shot[] = [
  { name: 'player', path: `/s/${demo.showId}`, shows: 'pinned-card' },
  {
    name: 'checkout',
    path: `/s/${demo.showId}`,
    shows: 'pinned-card',
    act: async (page) => {
      await page.getByTestId('buy-button').first().click()
      await page.getByTestId('place-order').waitFor()
    },
  },
  { name: 'studio', path: `/studio/${demo.tenantId}/${demo.showId}`, shows: 'go-live', as: 'host' },
  { name: 'desk', path: `/console/${demo.tenantId}/shows/${demo.showId}`, shows: 'desk-video', as: 'owner' },
]

/** What the fake camera shows: the film as Chromium reads it, or null for Chromium's own test picture. */
function cameraFilm(folder: string): string | null {
  const { FFMPEG_BIN: ffmpeg = 'ffmpeg', FILM: film = '' } = process.env
  if (!existsSync(film)) return null
  execFileSync(ffmpeg, ['-v', 'error', '-i', film, '-t', '10', '-an', '-q:v', '4', join(folder, CAMERA)])
  return CAMERA
}

async function take(context: BrowserContext, shot: Shot, file: string): Promise<void> {
  const page = await context.newPage()
  if (shot.as) {
    const who = demo.people.find(({ role }) => role === shot.as)
    const answer = await context.request.post(`${url}/api/v1/sessions`, {
      data: { login: who?.login, password: who?.password },
      headers: { origin: url },
    })
    if (!answer.ok()) throw new Error(`sign-in as ${shot.as}: ${answer.status()}`)
  }
  await page.goto(url + shot.path)
  await page.getByTestId(shot.shows).first().waitFor()
  await page.waitForTimeout(SETTLE_MS)
  const consent = page.getByTestId('consent-no')
  if (await consent.isVisible()) await consent.click()
  await shot.act?.(page)
  await page.waitForTimeout(SETTLE_MS / 4)
  const { width = 0 } = page.viewportSize() ?? {}
  await sharp(await page.screenshot())
    .resize({ width: Math.min(1280, width * 2) })
    .webp({ quality: WEBP_QUALITY })
    .toFile(join(out, file))
}

const folder = mkdtempSync(join(tmpdir(), 'shelfcast-screenshots-'))
process.chdir(folder)
const film = cameraFilm(folder)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    ...(film ? [`--use-file-for-fake-video-capture=${film}`] : []),
    '--autoplay-policy=no-user-gesture-required',
  ],
})
try {
  for (const shot of SHOTS) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const [language, locale] of Object.entries(LOCALES)) {
        const name = `${shot.name}-${size}-${language}`
        if (!name.includes(process.argv[2] ?? '')) continue
        const context = await browser.newContext({
          locale,
          viewport,
          deviceScaleFactor: size === 'phone' ? 2 : 1,
          permissions: ['camera', 'microphone'],
        })
        await take(context, shot, `${name}.webp`)
        await context.close()
        console.log(name)
      }
    }
  }
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
