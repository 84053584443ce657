import postgres from 'postgres'

const ATTEMPTS = 4
/** serialization_failure, deadlock_detected: the statement was undone as a whole and may be sent again. */
const UNDONE = new Set(['40001', '40P01'])

const codeOf = (error: unknown): string => (error instanceof postgres.PostgresError ? error.code : '')

/** Sends a single statement again when Postgres undid it for the sake of another one. */
export async function untilDecided<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      if (attempt === ATTEMPTS || !UNDONE.has(codeOf(error))) throw error
    }
  }
}

/** Whether Postgres refused what a statement said, rather than being away: sending it again would change nothing. */
export const isRefusedData = (error: unknown): boolean => /^2[23]/.test(codeOf(error))
