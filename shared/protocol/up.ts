import * as z from 'zod/mini'
import { clock } from './up/clock.ts'
import { join } from './up/join.ts'
import { like } from './up/like.ts'
import { refresh } from './up/refresh.ts'
import { say } from './up/say.ts'

/** Every message a viewer sends: one JSON object a frame. */
const UP = [join, say, like, clock, refresh] as const
export const upMessage = z.discriminatedUnion('t', UP)
/** Tells a message of another protocol from one with a wrong field. */
export const UP_TYPES: ReadonlySet<string> = new Set(UP.flatMap((message) => message.shape.t.def.values))
export type Up = z.infer<typeof upMessage>
