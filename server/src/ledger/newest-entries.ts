import type { Fragment } from 'postgres'
import type { Db } from '../kernel/db.ts'

/**
 * A page of an account's entries, newest first, and one more, as a subquery. They are sought in the one order that only
 * `ledger_entries_account` has: the first rows from this account down are of this account. No plan knows how many
 * entries an account has, and one for few would read and sort all of a merchant's.
 */
export const newestEntries = (
  sql: Db['sql'],
  accountId: Fragment,
  { after, limit }: { after?: string | undefined; limit: number },
): Fragment => sql`(
  select * from (
    select * from ledger_entries
    where ${after ? sql`(account_id, id) < (${accountId}, ${after})` : sql`account_id <= ${accountId}`}
    order by account_id desc, id desc limit ${limit + 1}) newest
  where newest.account_id = ${accountId})`
