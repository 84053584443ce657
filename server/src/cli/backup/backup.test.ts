import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { ADDRESS } from '../../../test/address.ts'
import { merchant, signedUp, testApp } from '../../../test/app.ts'
import { testDatabaseUrl } from '../../../test/world.ts'
import { MANIFEST } from './manifest.ts'
import { restoreBackup } from './restore.ts'
import { takeBackup } from './take.ts'

/** A shop with a picture, an order that waits for its payment and one that is paid; then all is lost. */

const folder = mkdtempSync(join(tmpdir(), 'shelfcast-backup-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'one.tar.gz')

const before = await testApp()
const shop = await merchant(before, { stock: 10, priceMinor: 7900 })
const ann = await signedUp(before, 'Ann')

const post = (path: string, body: unknown) =>
  ann.call('POST', path, body, { 'idempotency-key': crypto.randomUUID() })

async function placed(): Promise<string> {
  const lines = [{ skuId: shop.sku.id, quantity: 1 }]
  const body = { showId: shop.show.id, lines, address: ADDRESS, expectedTotalMinor: 7900 }
  const answer = await post('/orders', body)
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

/** Pays on the sandbox's page of whichever server runs at this address. */
async function pay(orderId: string, url: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/orders/${orderId}/payments`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ann.token}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ provider: 'sandbox' }),
  })
  const { payUrl } = (await answer.json()) as { payUrl: string }
  await fetch(`${url}${new URL(payUrl).pathname}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'choice=success',
    redirect: 'manual',
  })
}

async function statusOf(orderId: string, url: string): Promise<string> {
  const headers = { authorization: `Bearer ${ann.token}` }
  const answer = await fetch(`${url}/api/v1/orders/${orderId}`, { headers })
  return ((await answer.json()) as { status: string }).status
}

/** All rows of the tables that nothing changes by itself, in an order of their own. */
async function rowsOf(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const kept = [
      'persons',
      'sessions',
      'tenants',
      'orders',
      'order_lines',
      'stock',
      'media',
      'shows',
      'products',
    ]
    const all: Record<string, string[]> = {}
    for (const name of [...kept, 'payments', 'ledger_transfers', 'ledger_entries']) {
      const rows = await sql<{ row: string }[]>`select t::text as row from ${sql(name)} t order by 1`
      all[name] = rows.map(({ row }) => row)
    }
    const [{ uneven }] = (await sql`
      select count(*)::int as uneven from (select 1 from ledger_entries group by transfer_id having sum(amount_minor) <> 0) x`) as unknown as [
      { uneven: number },
    ]
    return { all, uneven }
  } finally {
    await sql.end()
  }
}

const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#0d6b55' } })
  .png()
  .toBuffer()
const picture = await before.domains.pictures.add(shop.tenant.id, bytes)
const segment = 'takes/tak_kept/0.m4s'
await before.domains.storage.put(segment, { bytes: Buffer.from('moof'), contentType: 'video/iso.segment' })
const [waiting, paid] = [await placed(), await placed()]
await pay(paid, before.url)

describe.sequential('backup and restore', { timeout: 60_000 }, () => {
  test('a backup is taken while the server runs, is its owner’s alone, and replaces nothing', async () => {
    await expect.poll(() => statusOf(paid, before.url), { timeout: 10_000 }).toBe('paid')
    const manifest = await takeBackup(before.config, file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(manifest.tables.find(({ name }) => name === 'orders')?.rows).toBe(2)
    expect(Object.keys(manifest.files).some((path) => path.startsWith('objects/'))).toBe(true)
    await expect(takeBackup(before.config, file)).rejects.toThrow(/is there already/)
  })

  test('it is not restored while a server uses the database', async () => {
    await expect(restoreBackup(before.config, file, true)).rejects.toThrow(/stop it first/)
    expect(await statusOf(waiting, before.url)).toBe('pending_payment')
  })

  test('a wrong, damaged or newer file touches nothing', async () => {
    const target = {
      ...before.config,
      databaseUrl: await testDatabaseUrl(),
      dataDir: join(folder, 'untouched'),
    }
    const untouched = JSON.stringify(await rowsOf(target.databaseUrl))
    const refused = async (path: string, why: RegExp) => {
      await expect(restoreBackup(target, path, true)).rejects.toThrow(why)
      expect(JSON.stringify(await rowsOf(target.databaseUrl))).toBe(untouched)
    }
    const altered = (name: string, change: (at: string) => void) => {
      const at = join(folder, name)
      mkdirSync(at)
      execFileSync('tar', ['-xzf', file, '-C', at])
      change(at)
      execFileSync('tar', ['-C', at, '-czf', `${at}.tar.gz`, '.'])
      return `${at}.tar.gz`
    }
    const manifestWith = (change: (manifest: Record<string, unknown>) => void) => (at: string) => {
      const manifest = JSON.parse(readFileSync(join(at, MANIFEST), 'utf8')) as Record<string, unknown>
      change(manifest)
      writeFileSync(join(at, MANIFEST), JSON.stringify(manifest))
    }
    writeFileSync(join(folder, 'text'), 'not a tar')
    await refused(join(folder, 'text'), /cannot be read|no Shelfcast backup/)
    writeFileSync(join(folder, 'cut'), readFileSync(file).subarray(0, 4000))
    await refused(join(folder, 'cut'), /cannot be read|no Shelfcast backup/)
    const flipped = (at: string) => writeFileSync(join(at, 'tables/orders.copy'), 'forged')
    await refused(altered('flipped', flipped), /damaged: tables\/orders\.copy/)
    const added = (at: string) => writeFileSync(join(at, 'more'), 'x')
    await refused(altered('added', added), /damaged: more/)
    const missing = (at: string) => rmSync(join(at, 'secret'))
    await refused(altered('missing', missing), /damaged: secret/)
    const linked = (at: string) => execFileSync('ln', ['-s', '/etc/passwd', join(at, 'link')])
    await refused(altered('linked', linked), /no Shelfcast backup/)
    await refused(
      altered(
        'format',
        manifestWith((manifest) => (manifest.format = 2)),
      ),
      /newer Shelfcast/,
    )
    const later = manifestWith((manifest) =>
      (manifest.migrations as unknown[]).push({ hash: 'f'.repeat(64), createdAt: 9e12 }),
    )
    await refused(altered('later', later), /newer Shelfcast/)
  })

  test('after a loss the rows, pictures, recordings and the secret are back, and the order can be paid', async () => {
    const lost = await rowsOf(before.config.databaseUrl)
    await before.close()
    const dataDir = join(folder, 'data')
    const databaseUrl = await testDatabaseUrl()
    const target = { ...before.config, databaseUrl, dataDir }
    expect((await restoreBackup(target, file, false)).sameSecret).toBe(true)

    const back = await rowsOf(databaseUrl)
    expect(back.all).toEqual(lost.all)
    expect(back.all.ledger_entries?.length).toBeGreaterThan(0)
    expect(back.uneven).toBe(0)
    expect(readFileSync(join(dataDir, 'secret'))).toEqual(readFileSync(join(before.config.dataDir, 'secret')))
    expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600)
    await expect(restoreBackup(target, file, false)).rejects.toThrow(/not empty/)
    await restoreBackup(target, file, true)
    expect((await rowsOf(databaseUrl)).all).toEqual(lost.all)

    const after = await testApp({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir })
    expect((await fetch(`${after.url}${picture.url}`)).status).toBe(200)
    expect((await after.domains.storage.get(segment))?.bytes.toString()).toBe('moof')
    expect(await statusOf(paid, after.url)).toBe('paid')
    await pay(waiting, after.url)
    await expect.poll(() => statusOf(waiting, after.url), { timeout: 10_000 }).toBe('paid')
    // Sequences, triggers and keys work as before.
    expect((await merchant(after)).show.id).toMatch(/^shw_/)
    const { uneven } = await rowsOf(databaseUrl)
    expect(uneven).toBe(0)
  })

  test('another SECRET in the environment is said; keys and triggers are as migrations made them', async () => {
    const target = {
      ...before.config,
      databaseUrl: await testDatabaseUrl(),
      dataDir: join(folder, 'other'),
      secret: 'another secret, of more than 32 characters',
    }
    expect((await restoreBackup(target, file, false)).sameSecret).toBe(false)
    const sql = postgres(target.databaseUrl, { max: 1, onnotice: () => {} })
    const [left] = await sql<{ loose: number; off: number }[]>`
      select (select count(*)::int from pg_constraint where contype = 'f' and condeferrable
          and connamespace = 'public'::regnamespace) as loose,
        (select count(*)::int from pg_trigger where not tgisinternal and tgenabled = 'D') as off`
    await sql.end()
    expect(left).toEqual({ loose: 0, off: 0 })
  })
})
