import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { MONTHS_AHEAD } from './partitions.ts'

const FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url))
const MIGRATION_LOCK = 7_436_002 // any number that nothing else in this database locks

/**
 * Applies what is missing from `migrations/`, one process at a time: drizzle's migrator takes no lock, so an advisory
 * lock is held on the same, only connection. Then makes the partitions of the months to come.
 * @returns how many migrations the database has now
 */
export async function migrate(databaseUrl: string): Promise<number> {
  assertOrdered(FOLDER)
  const sql = postgres(databaseUrl, { max: 1, fetch_types: false, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`
    await applyMigrations(drizzle(sql), { migrationsFolder: FOLDER })
    await sql`select ensure_partitions(${MONTHS_AHEAD})`
    const [row] = await sql<
      { count: number }[]
    >`select count(*)::int as count from drizzle.__drizzle_migrations`
    return row!.count
  } finally {
    await sql.end() // also gives the lock back
  }
}

/** drizzle skips a migration whose `when` is older than the newest applied one, so the journal must ascend. */
function assertOrdered(folder: string): void {
  const journal = JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8')) as {
    entries: { tag: string; when: number }[]
  }
  journal.entries.forEach((entry, i, all) => {
    if (i > 0 && entry.when <= all[i - 1]!.when)
      throw new Error(`migration ${entry.tag} is older than the one before it`)
  })
}
