import type { Db } from '../src/kernel/db.ts'

/** How many rows of these tables some work reads, by scans and by indexes. All of it is one transaction. */
export async function rowsRead(
  db: Db,
  tables: readonly string[],
  work: (db: Db) => Promise<unknown>,
): Promise<number> {
  return await db.sql.begin(async (sql) => {
    // What the connection did just before may be counted too.
    const readSoFar = async () => {
      const [read] = await sql<{ rows: number }[]>`
        select sum(seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables
        where relname = any(${[...tables]}::text[])`
      return read!.rows
    }
    const before = await readSoFar()
    await work({ ...db, sql: sql as unknown as Db['sql'] })
    return (await readSoFar()) - before
  })
}
