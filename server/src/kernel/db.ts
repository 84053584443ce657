import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql } from 'postgres'

/**
 * Two ways to one Postgres. `orm` (Drizzle) for queries that want types; `sql` (postgres.js) for hot paths and for
 * money, which goes through single statements and SQL functions only: an interactive transaction of postgres.js can
 * go on after a disconnect (porsager/postgres#1215), a single statement cannot.
 */
export interface Db {
  readonly sql: Sql
  readonly orm: PostgresJsDatabase
  close(): Promise<void>
}

export function createDb(url: string, options: { connectionsMax: number; statementTimeoutMs: number }): Db {
  const sql = postgres(url, {
    max: options.connectionsMax,
    connect_timeout: 10,
    onnotice: () => {},
    // bigint columns hold minor units and counters that stay below 2^53; CHECKs in the schema bound them.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: { application_name: 'shelfcast', statement_timeout: options.statementTimeoutMs },
  })
  // Drizzle installs its own parsers for dates and JSON on the client it gets, so it gets one of its own.
  const ormClient = postgres(url, {
    max: Math.max(2, Math.ceil(options.connectionsMax / 2)),
    connect_timeout: 10,
    onnotice: () => {},
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: { application_name: 'shelfcast-orm', statement_timeout: options.statementTimeoutMs },
  })
  return {
    sql,
    orm: drizzle(ormClient),
    async close() {
      await Promise.all([sql.end({ timeout: 5 }), ormClient.end({ timeout: 5 })])
    },
  }
}

/** The constraint a failed write ran into, or null for any other error. */
export function violatedConstraint(error: unknown): string | null {
  const cause = error instanceof Error && error.cause ? error.cause : error
  return cause instanceof postgres.PostgresError && cause.code.startsWith('23')
    ? (cause.constraint_name ?? '')
    : null
}
