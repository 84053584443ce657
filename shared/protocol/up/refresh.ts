import * as z from 'zod/mini'
import { id, up } from '../message.ts'

/** A newer ticket for the same show, e.g. after signing in. Answered by `ack`, and by `you` with who one is now. */
export const refresh = up('refresh', { id, ticket: z.string().check(z.minLength(10), z.maxLength(2048)) })
