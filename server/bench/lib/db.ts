import { z } from 'zod'
import { createDb, type Db } from '../../src/kernel/db.ts'
import { migrate } from '../../src/kernel/migrate.ts'

/** A database of its own for the bench, migrated by the server's own means. */
export async function benchDb(): Promise<{ db: Db; url: string }> {
  const url = z.string().parse(process.env.DATABASE_URL)
  await migrate(url)
  return { db: createDb(url, { connectionsMax: 4, statementTimeoutMs: 60_000 }), url }
}
