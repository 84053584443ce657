import { createReadStream, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Redis } from 'ioredis'
import postgres, { type TransactionSql } from 'postgres'
import type { Config } from '../../config.ts'
import {
  BackupProblem,
  knownMigrations,
  type Manifest,
  OBJECTS,
  readManifest,
  SECRET,
  tableFile,
} from './manifest.ts'
import { unpack } from './tar.ts'

type Target = Pick<Config, 'databaseUrl' | 'redisUrl' | 'dataDir' | 'secret'>

export interface Restored {
  manifest: Manifest
  /** False where SECRET of the environment is another one: what was signed or sealed with the backup's is lost. */
  sameSecret: boolean
}

/**
 * Puts a backup back: nothing is touched before the whole file was checked, and the database changes in one
 * transaction, so what fails leaves it as it was. Redis forgets what it held of the old rows and fills itself anew.
 * @throws BackupProblem for a wrong, damaged or newer file, a running server, and a database that is not empty
 *   without `force`
 */
export async function restoreBackup(target: Target, file: string, force: boolean): Promise<Restored> {
  await mkdir(target.dataDir, { recursive: true })
  const work = await mkdtemp(join(target.dataDir, 'restore-'))
  try {
    await unpack(file, work)
    const manifest = await readManifest(work)
    await putRows(target.databaseUrl, work, manifest, force)
    await putObjects(join(work, OBJECTS), join(target.dataDir, 'objects'))
    const sameSecret = putSecret(target, readFileSync(join(work, SECRET), 'utf8'))
    await forgetInRedis(target.redisUrl)
    return { manifest, sameSecret }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function putRows(databaseUrl: string, work: string, manifest: Manifest, force: boolean): Promise<void> {
  const sql = postgres(databaseUrl, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: 'shelfcast restore', statement_timeout: 0 },
  })
  try {
    await refuseWhileServed(sql)
    await sql.begin(async (tx) => {
      if (!force && (await isInUse(tx))) {
        throw new BackupProblem(
          'this database is not empty: --force puts the backup in the place of what is there',
        )
      }
      await tx.unsafe(
        'drop schema if exists drizzle cascade; drop schema public cascade; create schema public',
      )
      await migrateTo(tx, manifest)
      await fill(tx, work, manifest)
    })
  } finally {
    await sql.end()
  }
}

async function refuseWhileServed(sql: postgres.Sql): Promise<void> {
  const [served] = await sql`
    select 1 from pg_stat_activity where datname = current_database() and application_name = 'shelfcast'`
  if (served) throw new BackupProblem('a server uses this database: stop it first')
}

/** A migrated database in which nobody has an account counts as empty. */
async function isInUse(sql: TransactionSql): Promise<boolean> {
  const [tables] = await sql`select to_regclass('public.persons') is not null as known,
    exists (select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')) as some`
  if (!tables?.known) return tables?.some === true
  const [people] = await sql`select exists (select from persons) as some`
  return people?.some === true
}

/** The schema as the backup's database had it; what came later is applied at the next start, over the rows. */
async function migrateTo(sql: TransactionSql, { migrations }: Manifest): Promise<void> {
  await sql.unsafe(`create schema drizzle;
    create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`)
  for (const { sql: statements, hash, folderMillis } of knownMigrations().slice(0, migrations.length)) {
    for (const statement of statements) await sql.unsafe(statement)
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`
  }
  await sql`select ensure_partitions(2)`
}

/**
 * Foreign keys are checked at the end, since tables refer to each other in circles; triggers, which already did their
 * work for these rows, are off. Both need the tables' owner only, no superuser.
 */
async function fill(sql: TransactionSql, work: string, { tables, sequences }: Manifest): Promise<void> {
  const keys = await sql<{ table: string; name: string }[]>`
    select conrelid::regclass::text as "table", quote_ident(conname) as name from pg_constraint
    where contype = 'f' and conparentid = 0 and not condeferrable and connamespace = 'public'::regnamespace`
  const alter = async (how: string): Promise<void> => {
    for (const { table, name } of keys)
      await sql.unsafe(`alter table ${table} alter constraint ${name} ${how}`)
  }
  const triggers = async (how: 'enable' | 'disable'): Promise<void> => {
    for (const { name } of tables) await sql.unsafe(`alter table "${name}" ${how} trigger user`)
  }
  await alter('deferrable initially deferred')
  await triggers('disable')
  // What a migration put there is in the backup too. All at once: nothing that is loaded may hang on what goes.
  await sql.unsafe(`truncate ${tables.map(({ name }) => `"${name}"`).join(', ')}`)
  for (const { name, columns, rows } of tables) {
    const to = await sql`copy ${sql(name)} (${sql(columns)}) from stdin`.writable()
    await pipeline(createReadStream(join(work, tableFile(name))), to)
    const [count] = await sql<{ rows: number }[]>`select count(*)::int as rows from ${sql(name)}`
    if (count?.rows !== rows)
      throw new BackupProblem(`the backup is damaged: ${name} has ${count?.rows} of ${rows} rows`)
  }
  for (const { name, value, isCalled } of sequences)
    await sql`select setval(${name}, ${value}::bigint, ${isCalled})`
  await sql`set constraints all immediate`
  await triggers('enable')
  await alter('not deferrable')
}

/** Pictures are named after their content, so those that are there already are the same. */
async function putObjects(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const back = join(to, path.slice(from.length + 1))
    await mkdir(dirname(back), { recursive: true })
    await copyFile(path, back)
  }
}

/** @returns whether the server will sign with this secret */
function putSecret({ secret, dataDir }: Target, kept: string): boolean {
  if (secret !== null) return secret === kept
  const draft = join(dataDir, `secret.${process.pid}.tmp`)
  writeFileSync(draft, kept, { mode: 0o600 })
  renameSync(draft, join(dataDir, 'secret'))
  return true
}

/** All that Redis holds is made anew from Postgres. */
async function forgetInRedis(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, retryStrategy: () => null })
  try {
    await redis.flushdb()
  } finally {
    redis.disconnect()
  }
}
