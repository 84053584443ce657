import type { z } from 'zod'
import type { Problem } from '../errors.ts'

/**
 * One acknowledged call over socket.io: `socket.emit(name, input, (reply) => …)`. The server parses `input`;
 * every reply is a `Reply`.
 */
export interface Call {
  readonly name: string
  readonly input: z.ZodType
  readonly output: z.ZodType
}

export function call<const C extends Call>(definition: C): C {
  return definition
}

export type Reply<T> = { ok: true; data: T } | { ok: false; problem: Problem }
