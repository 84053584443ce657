import { violatedConstraint } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'

const FOREIGN: ReadonlyMap<string | null, { path: string; message: string }> = new Map([
  ['show_hosts_member_fk', { path: 'hostIds', message: 'members of the tenant whose role may host' }],
  ['shows_cover_fk', { path: 'coverId', message: 'an uploaded picture of the tenant' }],
])

/** Turns a reference to what is not the tenant's into a refusal; every other error goes on as it is. */
export function refuseForeign(error: unknown): never {
  const issue = FOREIGN.get(violatedConstraint(error))
  throw issue ? new Fault('invalid_input', { issues: [issue] }) : error
}

/** A time as SQL functions read it out of JSON. */
export const isoTime = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
