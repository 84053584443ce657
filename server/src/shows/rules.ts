import type { ShowStatus } from '@shelfcast/shared/protocol/parts.ts'
import { ROLE_SCOPES, ROLES, type Role } from '@shelfcast/shared/scopes.ts'

/** Members with one of these roles may be hosts of a show. */
export const HOST_ROLES: Role[] = ROLES.filter((role) => ROLE_SCOPES[role].includes('stage:host'))

/** What may follow what in the life of a show. `ended` is for good. */
const SHOW_TRANSITIONS: Record<ShowStatus, readonly ShowStatus[]> = {
  scheduled: ['live', 'ended'],
  live: ['paused', 'ended'],
  paused: ['live', 'ended'],
  ended: [],
}

/** The statuses from which `to` can be reached: what the guarding WHERE of a transition takes. */
export function statusesBefore(to: ShowStatus): ShowStatus[] {
  return (Object.keys(SHOW_TRANSITIONS) as ShowStatus[]).filter((from) => SHOW_TRANSITIONS[from].includes(to))
}
