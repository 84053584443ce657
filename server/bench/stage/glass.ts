/// <reference lib="dom" />
import { chromium, type Page } from 'playwright-core'
import { z } from 'zod'
import { startProgram } from '../../test/process.ts'
import type { Bench } from '../lib/bench.ts'
import { migratedUrl } from '../lib/db.ts'
import { percentile } from '../lib/stats.ts'
import { sleep } from './scene.ts'

/**
 * From glass to glass: a host's picture carries the time at which it was drawn, and a viewer reads it from what its
 * browser shows. Both are Chromium on this machine, so that they have one clock, and one processor.
 */

const up = z.object({ url: z.string(), showId: z.string(), key: z.string(), ticket: z.string() })
const WARM_MS = 6000
const MEASURED_MS = 15_000
const AIM_MS = 300

const bench: Bench = {
  title: 'glass: delay from a picture drawn at the host to the same picture shown at a viewer, on loopback',
  async run(say) {
    await migratedUrl()
    const server = startProgram('bench/stage/glass-server.ts')
    const { url, showId, key, ticket } = up.parse(await server.next())
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
    })
    // A window each: what is in the background is drawn once a second.
    const pageOf = async (): Promise<Page> => {
      const page = await (await browser.newContext()).newPage()
      await page.goto(`${url}/healthz`)
      await page.evaluate('globalThis.__name = (fn) => fn') // tsx marks functions by it
      return page
    }
    const [host, viewer] = [await pageOf(), await pageOf()]
    await host.evaluate(publish, { url: `${url}/whip/${showId}`, key })
    await sleep(WARM_MS / 2)
    say('the host is on air')
    await viewer.evaluate(watch, { url: `${url}/whep/${showId}`, ticket })
    await sleep(WARM_MS / 2)
    await viewer.evaluate(() => (window as unknown as { delays: number[] }).delays.splice(0))
    await sleep(MEASURED_MS)
    const delays = await viewer.evaluate(() => (window as unknown as { delays: number[] }).delays)
    await browser.close()
    await server.stop()
    const row = { row: 'shelfcast', pictures: delays.length, glassMsP50: percentile(delays, 0.5) }
    return [{ ...row, glassMsP99: percentile(delays, 0.99), glassMsMax: percentile(delays, 1) }]
  },
  reading: ([row]) => [
    `half of the pictures are seen within ${Number(row?.glassMsP50).toFixed(0)} ms of being drawn (aim ${AIM_MS}), 99 of 100 within ${Number(row?.glassMsP99).toFixed(0)} ms`,
  ],
}
export default bench

/** In the host's page: draws the milliseconds since 1970 as 32 blocks, thirty times a second, and publishes it by WHIP. */
async function publish({ url, key }: { url: string; key: string }): Promise<void> {
  const canvas = document.createElement('canvas')
  canvas.width = 640
  canvas.height = 360
  const context = canvas.getContext('2d')!
  setInterval(() => {
    const now = Date.now() % 2 ** 31
    for (let bit = 0; bit < 32; bit++) {
      context.fillStyle = (now / 2 ** bit) & 1 ? '#fff' : '#000'
      context.fillRect((bit % 8) * 80, Math.floor(bit / 8) * 90, 80, 90)
    }
  }, 1000 / 30)
  const connection = new RTCPeerConnection()
  connection.addTransceiver(canvas.captureStream(30).getVideoTracks()[0]!, { direction: 'sendonly' })
  await connection.setLocalDescription()
  const answered = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/sdp' },
    body: connection.localDescription!.sdp,
  })
  if (answered.status !== 201) throw new Error(`WHIP said ${answered.status}: ${await answered.text()}`)
  await connection.setRemoteDescription({ type: 'answer', sdp: await answered.text() })
}

/** In the viewer's page: watches by WHEP, and notes how old each picture is when it is shown. */
async function watch({ url, ticket }: { url: string; ticket: string }): Promise<void> {
  const delays: number[] = []
  Object.assign(window, { delays })
  const connection = new RTCPeerConnection()
  connection.addTransceiver('video', { direction: 'recvonly' })
  const video = document.body.appendChild(document.createElement('video'))
  video.muted = true
  const canvas = document.createElement('canvas')
  canvas.width = 8
  canvas.height = 4
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  const note = (): void => {
    context.drawImage(video, 0, 0, 8, 4)
    const { data } = context.getImageData(0, 0, 8, 4)
    let drawn = 0
    for (let bit = 0; bit < 32; bit++) if (data[bit * 4]! > 127) drawn += 2 ** bit
    const age = (Date.now() % 2 ** 31) - drawn
    if (age >= 0 && age < 10_000) delays.push(age) // a block that was just changing is misread by seconds or more
    video.requestVideoFrameCallback(note)
  }
  connection.ontrack = ({ track }) => {
    video.srcObject = new MediaStream([track])
    void video.play()
    video.requestVideoFrameCallback(note)
  }
  await connection.setLocalDescription()
  const answered = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ticket}`, 'Content-Type': 'application/sdp' },
    body: connection.localDescription!.sdp,
  })
  if (answered.status !== 201) throw new Error(`WHEP said ${answered.status}: ${await answered.text()}`)
  await connection.setRemoteDescription({ type: 'answer', sdp: await answered.text() })
}
