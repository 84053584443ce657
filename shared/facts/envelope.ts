import { z } from 'zod'
import { eventId, factRef } from './fact.ts'
import { visitSource } from './source.ts'

/** What is known of every fact besides what its own schema says. Written by the server, never by a player. */
export const envelope = z.strictObject({
  id: eventId,
  /** When it happened: the time inside the id, milliseconds since 1970. */
  at: z.int().positive(),
  receivedAt: z.int().positive(),
  tenantId: factRef,
  showId: factRef.nullable(),
  /** Null for what a person without consent did, unless an order or a tip needs it. */
  personId: factRef.nullable(),
  /** One visit of a page; null for facts of the server. */
  session: eventId.nullable(),
  consent: z.boolean(),
  source: visitSource,
})
