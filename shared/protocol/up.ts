import * as z from 'zod/mini'
import { clock } from './up/clock.ts'
import { join } from './up/join.ts'
import { like } from './up/like.ts'
import { refresh } from './up/refresh.ts'
import { say } from './up/say.ts'

/** Every message a viewer sends: one JSON object a frame. */
export const upMessage = z.discriminatedUnion('t', [join, say, like, clock, refresh])
export type Up = z.infer<typeof upMessage>
