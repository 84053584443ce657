import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import { Registry } from 'prom-client'
import { createChat, type Speaker } from '../src/chat/index.ts'
import { loadConfig } from '../src/config.ts'
import type { Clock } from '../src/kernel/clock.ts'
import type { Db } from '../src/kernel/db.ts'
import type { Heard, RoomEvent } from '../src/rooms/index.ts'
import { silentLog } from './world.ts'

export const { limits } = loadConfig({
  DATABASE_URL: 'postgres://localhost/none',
  REDIS_URL: 'redis://localhost',
})

/** A tenant with a show, and people, straight into the tables. */
export async function seedShow({ sql }: Db, tenantId: string, showId: string, people: readonly string[]) {
  await sql`insert into tenants (id, name, slug, currency) values (${tenantId}, 'Shop', ${tenantId}, 'CNY') on conflict do nothing`
  await sql`insert into shows (tenant_id, id, title) values (${tenantId}, ${showId}, 'Show')`
  for (const id of people) {
    await sql`insert into persons (id, kind, name) values (${id}, 'person', ${id}) on conflict do nothing`
  }
}

/** Chat on a real database, with what the room was told kept in a list, and a clock that tests move. */
export function chatWorld(
  db: Db,
  more: Partial<typeof limits.chat> = {},
  written: (lines: readonly unknown[]) => void = () => {},
) {
  const published: { showId: string; event: RoomEvent }[] = []
  const told: { personId: string; event: DownOf<'personal'> }[] = []
  const listeners: ((showId: string, heard: Heard) => void)[] = []
  const heard = (showId: string, what: Heard) => {
    for (const listener of listeners) listener(showId, what)
  }
  const clock: Clock & { ms: number } = { ms: Date.now(), now: () => clock.ms }
  const chat = createChat({
    facts: { said: async (lines) => written(lines) },
    db,
    rooms: {
      publish: (showId, event) => published.push({ showId, event }),
      tell: (_showId, personId, event) => told.push({ personId, event }),
      evict: () => {},
      connections: () => 0,
      onHeard: (listener) => void listeners.push(listener),
    },
    clock,
    log: silentLog,
    metrics: new Registry(),
    limits: { ...limits.chat, ...more },
    recentMax: 5,
    ticketMs: limits.tickets.renewMs,
  })
  const ann: Speaker = { tenantId: 'ten', showId: 'shw', personId: 'ann', name: 'Ann', role: 'viewer' }
  const ben: Speaker = { ...ann, personId: 'ben', name: 'Ben' }
  return { chat, published, told, heard, clock, ann, ben }
}
