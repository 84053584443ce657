import postgres, { type Sql } from 'postgres'

/**
 * The way to Postgres. Writes are single statements and SQL functions: an interactive transaction of postgres.js can
 * go on after a disconnect (porsager/postgres#1215), a single statement cannot. Drizzle keeps the schema (`tables.ts`)
 * and makes the migrations.
 */
export interface Db {
  readonly sql: Sql
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
  return {
    sql,
    async close() {
      await sql.end({ timeout: 5 })
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
