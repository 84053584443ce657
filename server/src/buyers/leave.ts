import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'

type Refusal = 'business_unfinished' | 'last_owner' | 'coins_left'

/**
 * Deletes accounts, in one SQL function: `delete_account` in migrations/. What belongs to the person alone goes; what
 * others' books stand on (orders, payments, tips, ledger) stays, without name, address, phone or words.
 */
export function createLeave({ db: { sql } }: { db: Db }) {
  return {
    /**
     * @param forfeitCoins whether coins that are left may be lost with the account
     * @throws Fault `business_unfinished` while something is unpaid, under way or being refunded, `last_owner` of a
     *   tenant, `coins_left` with how many
     */
    async leave(personId: string, forfeitCoins: boolean): Promise<void> {
      const [row] = await sql<{ refusal: { code: Refusal; extra?: Record<string, unknown> } | null }[]>`
        select delete_account(${personId}, ${forfeitCoins}) as refusal`
      const refusal = row?.refusal
      if (refusal) throw new Fault(refusal.code, refusal.extra ? { extra: refusal.extra } : {})
    },
  }
}
