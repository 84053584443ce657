import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Redis } from '../kernel/redis.ts'
import { createAttempts } from './attempts.ts'
import { createPeople } from './people.ts'
import { createSessions } from './sessions.ts'
import { createTenants } from './tenants.ts'

export { accountRoutes } from './routes.ts'
export { createTickets, type TicketClaims, type Tickets } from './tickets.ts'

export type Accounts = ReturnType<typeof createAccounts>

/** Tenants, people, guests, roles and sessions. */
export function createAccounts(deps: { db: Db; redis: Redis; clock: Clock; limits: Limits['accounts'] }) {
  const { db, redis, limits } = deps
  return {
    people: createPeople({ db }),
    sessions: createSessions({ ...deps, ...limits }),
    tenants: createTenants({ db }),
    attempts: createAttempts({ redis, limits }),
  }
}
