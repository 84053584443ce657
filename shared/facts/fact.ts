import { z } from 'zod'

/**
 * A fact is something that happened once: its author gives it a UUIDv7, and the time inside that id is when it
 * happened. So the same fact always falls into the same partition, and a fact that is sent twice is one.
 */
export const eventId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'a UUIDv7 in lower case')

/** Who makes it: a player with its viewer's consent, or the server from what was committed. */
export type FactAuthor = 'player' | 'server'

/** A fact: its type, its author and its schema, declared in one place. */
export function fact<const T extends string, const A extends FactAuthor, const S extends z.core.$ZodShape>(
  type: T,
  author: A,
  shape: S,
) {
  return { type, author, schema: z.strictObject({ type: z.literal(type), id: eventId, ...shape }) }
}

export const factRef = z.string().min(1).max(64)
export const valueMinor = z.int().min(0).max(1_000_000_000_000)
export const quantity = z.int().min(1).max(100)
/** Of the shelf, from 0. */
export const position = z.int().min(0).max(1000)
/** The `seen` that came before, by its id; null where the product was not seen on a card. */
export const impressionId = eventId.nullable().default(null)
