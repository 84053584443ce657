import * as z from 'zod/mini'

/**
 * How a down message is delivered. The room engine looks at the class only, never at the type.
 * The promise of each class is in PROTOCOL.md, rules C1 to C4.
 */
export type DeliveryClass = 'state' | 'latest' | 'gift' | 'chat' | 'personal'

/** A place in a room's numbered stream: (epoch, offset). Offsets rise by one; an epoch starts the stream anew. */
export const position = z.tuple([z.int().check(z.nonnegative()), z.int().check(z.nonnegative())])
export type Position = z.infer<typeof position>

/** A down message: its schema and its delivery class, declared in one place. */
export function down<const T extends string, const C extends DeliveryClass, const S extends z.core.$ZodShape>(
  type: T,
  delivery: C,
  shape: S,
) {
  return { type, delivery, schema: z.strictObject({ t: z.literal(type), ...shape }) }
}

/** An up message. */
export function up<const T extends string, const S extends z.core.$ZodShape>(type: T, shape: S) {
  return z.strictObject({ t: z.literal(type), ...shape })
}

/** Milliseconds since 1970 on the server's clock. */
export const serverTimeMs = z.int().check(z.positive())
export const id = z.string().check(z.minLength(1), z.maxLength(64))
