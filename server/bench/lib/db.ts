import { z } from 'zod'
import { createDb, type Db } from '../../src/kernel/db.ts'
import { migrate } from '../../src/kernel/migrate.ts'

/** The bench's own database, migrated by the server's own means. @returns its address */
export async function migratedUrl(): Promise<string> {
  const url = z.string().parse(process.env.DATABASE_URL)
  await migrate(url)
  return url
}

export async function benchDb(): Promise<{ db: Db; url: string }> {
  const url = await migratedUrl()
  return { db: createDb(url, { connectionsMax: 4, statementTimeoutMs: 60_000 }), url }
}
