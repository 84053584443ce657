import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Outbox } from '../kernel/outbox.ts'
import type { Redis } from '../kernel/redis.ts'
import type { Mails } from '../mail/index.ts'
import { createAttempts } from './attempts.ts'
import { createPeople } from './people.ts'
import { createProfiles } from './profile.ts'
import { createRecovery } from './recovery.ts'
import { createSessions } from './sessions.ts'
import { createSetup } from './setup.ts'
import { createTenants } from './tenants.ts'

export { ownAccountRoutes } from './own-routes.ts'
export { accountRoutes } from './routes.ts'
export { createTickets, type TicketClaims, type Tickets } from './tickets.ts'

export type Accounts = ReturnType<typeof createAccounts>

/** Tenants, people, guests, roles and sessions. */
export function createAccounts(deps: {
  db: Db
  redis: Redis
  clock: Clock
  outbox: Pick<Outbox, 'nudge'>
  mail: Pick<Mails, 'on'>
  publicUrl: string
  limits: Limits['accounts']
}) {
  const { db, redis, limits } = deps
  return {
    people: createPeople({ db }),
    sessions: createSessions({ ...deps, ...limits }),
    tenants: createTenants({ db }),
    profiles: createProfiles({ db }),
    recovery: createRecovery(deps),
    setup: createSetup(deps),
    attempts: createAttempts({ redis, limits }),
  }
}
