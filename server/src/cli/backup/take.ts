import { createWriteStream, existsSync } from 'node:fs'
import { copyFile, link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import postgres, { type TransactionSql } from 'postgres'
import type { Config } from '../../config.ts'
import { rootSecret } from '../../kernel/secrets.ts'
import {
  BACKUP_FORMAT,
  BackupProblem,
  checksums,
  MANIFEST,
  type Manifest,
  OBJECTS,
  SECRET,
  tableFile,
} from './manifest.ts'
import { pack } from './tar.ts'

type Source = Pick<Config, 'databaseUrl' | 'dataDir' | 'secret'>

/**
 * Takes a backup of everything that must not be lost, while the server runs: all rows as of one moment, the pictures,
 * and the root secret. Rows are read with COPY over our own client and not by pg_dump: neither the Postgres that comes
 * by npm nor the server's image has one, and one must not be older than the server it reads. What is not data is in
 * `migrations/`.
 * @throws BackupProblem
 */
export async function takeBackup(source: Source, file: string): Promise<Manifest> {
  if (existsSync(file)) throw new BackupProblem(`${file} is there already`)
  const work = await mkdtemp(join(source.dataDir, 'backup-'))
  try {
    const rows = await dumpRows(source.databaseUrl, work)
    // After the rows: a picture's row comes before its files, and goes after them.
    await keepObjects(join(source.dataDir, 'objects'), join(work, OBJECTS))
    await writeFile(join(work, SECRET), rootSecret(source.secret, source.dataDir), { mode: 0o600 })
    const manifest: Manifest = {
      format: BACKUP_FORMAT,
      product: 'shelfcast',
      at: new Date().toISOString(),
      ...rows,
      files: await checksums(work),
    }
    await writeFile(join(work, MANIFEST), JSON.stringify(manifest))
    await pack(work, file)
    return manifest
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

type Rows = Pick<Manifest, 'migrations' | 'tables' | 'sequences'>

async function dumpRows(databaseUrl: string, work: string): Promise<Rows> {
  const sql = postgres(databaseUrl, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: 'shelfcast backup' },
  })
  try {
    await mkdir(join(work, 'tables'))
    return await sql.begin('isolation level repeatable read read only', (snapshot) => dump(snapshot, work))
  } finally {
    await sql.end()
  }
}

/** All in one snapshot. A partitioned table is one table here. */
async function dump(sql: TransactionSql, work: string): Promise<Rows> {
  const [there] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as migrated`
  if (!there?.migrated) throw new BackupProblem('there is no Shelfcast in this database yet')
  const migrations = await sql<Manifest['migrations'][number][]>`
    select hash, created_at::float8 as "createdAt" from drizzle.__drizzle_migrations order by created_at`
  const tables: Manifest['tables'] = []
  for (const { name, columns } of await sql<{ name: string; columns: string[] }[]>`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.relname order by c.relname`) {
    const from = await sql`copy (select ${sql(columns)} from ${sql(name)}) to stdout`.readable()
    await pipeline(from, createWriteStream(join(work, tableFile(name)), { mode: 0o600 }))
    const [count] = await sql<{ rows: number }[]>`select count(*)::int as rows from ${sql(name)}`
    tables.push({ name, columns: [...columns], rows: count!.rows })
  }
  const sequences: Manifest['sequences'] = []
  for (const { name } of await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'`) {
    const [at] = await sql<{ value: string; isCalled: boolean }[]>`
      select last_value::text as value, is_called as "isCalled" from ${sql(name)}`
    sequences.push({ name, ...at! })
  }
  return { migrations: [...migrations], tables, sequences }
}

/** By hard links where that goes, so that pictures are not copied twice and a sweep takes none away meanwhile. */
async function keepObjects(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    // Those that are being written have another name.
    if (!entry.isFile() || !/\.(webp|mp4|m4s)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const kept = join(to, path.slice(from.length + 1))
    await mkdir(dirname(kept), { recursive: true })
    await link(path, kept)
      .catch(() => copyFile(path, kept))
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error // swept at this moment
      })
  }
}
