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
    // Asked of each new connection otherwise, by a promise that nobody hears when the connection breaks.
    fetch_types: false,
    types: {
      // bigint columns hold minor units and counters that stay below 2^53; CHECKs in the schema bound them.
      bigint: { to: 20, from: [20], parse: Number, serialize: String },
      ...ARRAYS,
    },
    // Nothing here is worth compiling, and a plan that is thought dear would be, for a tenth of a second each time.
    connection: { application_name: 'shelfcast', statement_timeout: options.statementTimeoutMs, jit: 'off' },
  })
  return {
    sql,
    async close() {
      await sql.end({ timeout: 5 })
    },
  }
}

/** Arrays of one dimension, by the numbers that their types have in every Postgres. */
const ARRAYS = {
  texts: arrayType([1009, 1015, 1002, 2951], String), // text, varchar, char, uuid
  numbers: arrayType([1007, 1005, 1016, 1021, 1022], Number), // int4, int2, int8, float4, float8
  booleans: arrayType([1000], (text) => text === 't'),
  times: arrayType([1185, 1115, 1182], (text) => new Date(text)), // timestamptz, timestamp, date
  documents: arrayType([3807, 199], (text): unknown => JSON.parse(text)), // jsonb, json
}

function arrayType<T>(numbers: readonly [number, ...number[]], element: (text: string) => T) {
  return {
    to: numbers[0],
    from: [...numbers],
    serialize: (items: readonly unknown[]): string =>
      `{${items.map((item) => (item === null ? 'NULL' : `"${textOf(item).replace(/["\\]/g, '\\$&')}"`)).join(',')}}`,
    parse: (literal: string): (T | null)[] =>
      [...literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|[^,]+/gs)].map(([plain, inQuotes]) => {
        if (inQuotes !== undefined) return element(inQuotes.replace(/\\(.)/gs, '$1'))
        return plain === 'NULL' ? null : element(plain)
      }),
  }
}

function textOf(item: unknown): string {
  if (item instanceof Date) return item.toISOString()
  return typeof item === 'object' ? JSON.stringify(item) : String(item)
}

/** The constraint a failed write ran into, or null for any other error. */
export function violatedConstraint(error: unknown): string | null {
  const cause = error instanceof Error && error.cause ? error.cause : error
  return cause instanceof postgres.PostgresError && cause.code.startsWith('23')
    ? (cause.constraint_name ?? '')
    : null
}
