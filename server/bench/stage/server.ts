import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { startApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { makeMerchant } from '../../test/fixtures.ts'
import { freePort } from '../../test/ports.ts'
import { SOUND, VIDEO } from './rtp.ts'

/** The whole server, a process of its own, with a show whose host is the source. Lifted is how many viewers a worker takes. */

const options = z
  .object({ workers: z.number(), viewersPerWorkerMax: z.number() })
  .parse(JSON.parse(process.argv[2] ?? ''))
const config = loadConfig({
  ...process.env,
  NODE_ENV: 'test',
  LOG_LEVEL: 'warn',
  DATA_DIR: mkdtempSync(join(tmpdir(), 'shelfcast-bench-')),
  PORT: String(await freePort()),
  MEDIA_PORT: String(await freePort()),
  MEDIA_WORKERS: String(options.workers),
})
const { viewersPerWorkerMax } = options
const limits = { ...config.limits, stage: { ...config.limits.stage, viewersPerWorkerMax } }
const app = await startApp({ ...config, limits })
const { db, stage, tickets } = app.domains
const { tenantId, showId, ownerId } = await makeMerchant(db, 'scheduled')
const seat = await stage.standIn({ tenantId, showId, personId: ownerId }, () => {})
const video = await seat.receive('video', VIDEO)
const audio = await seat.receive('audio', SOUND)
await seat.goLive()

const workerPids = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'mediasoup-worker'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .map(Number)
const ticket = (n: number): Promise<string> =>
  tickets.issue({
    right: 'media',
    tenantId,
    showId,
    personId: `per_${n}`,
    name: 'Viewer',
    guest: true,
    role: 'viewer',
  })

process.on('message', async (message) => {
  const { from, count } = z.object({ from: z.number(), count: z.number() }).parse(message)
  process.send?.({ tickets: await Promise.all(Array.from({ length: count }, (_, i) => ticket(from + i))) })
})
process.on('SIGTERM', () => void app.close().finally(() => process.exit(0)))
process.send?.({ url: app.url, showId, workerPids, video, audio })
