import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { makeMerchant } from '../../test/fixtures.ts'
import { freePort } from '../../test/ports.ts'

/** The whole server, a process of its own, with a show, its host's stream key and a viewer's ticket. */

const config = loadConfig({
  ...process.env,
  NODE_ENV: 'test',
  LOG_LEVEL: 'warn',
  DATA_DIR: mkdtempSync(join(tmpdir(), 'shelfcast-bench-')),
  PORT: String(await freePort()),
  MEDIA_PORT: String(await freePort()),
})
const app = await startApp(config)
const { db, streamKeys, tickets } = app.domains
const { tenantId, showId, ownerId } = await makeMerchant(db, 'scheduled')
const { key } = await streamKeys.rotate({ tenantId, personId: ownerId })
const viewer = { personId: 'per_viewer', name: 'Viewer', guest: true, role: 'viewer' } as const
const ticket = await tickets.issue({ right: 'media', tenantId, showId, ...viewer })
process.on('SIGTERM', () => void app.close().finally(() => process.exit(0)))
process.send?.({ url: app.url, showId, key, ticket })
