import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApp } from '../../src/app.ts'
import { type Limits, loadConfig } from '../../src/config.ts'
import { makeMerchant } from '../../test/fixtures.ts'
import { freePort } from '../../test/ports.ts'

/** The whole server in this process, until SIGTERM, with a show that its owner hosts. */
export async function benchApp(workers: number, lifted: Partial<Limits['stage']> = {}) {
  const config = loadConfig({
    ...process.env,
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'shelfcast-bench-')),
    PORT: String(await freePort()),
    MEDIA_PORT: String(await freePort()),
    MEDIA_WORKERS: String(workers),
  })
  const limits = { ...config.limits, stage: { ...config.limits.stage, ...lifted } }
  const app = await startApp({ ...config, limits })
  process.on('SIGTERM', () => void app.close().finally(() => process.exit(0)))
  const { tenantId, showId, ownerId } = await makeMerchant(app.domains.db, 'scheduled')
  const viewer = { name: 'Viewer', guest: true, role: 'viewer' } as const
  return {
    ...app,
    showId,
    host: { tenantId, showId, personId: ownerId },
    ticket: (personId: string): Promise<string> =>
      app.domains.tickets.issue({ right: 'media', tenantId, showId, personId, ...viewer }),
  }
}
