import * as z from 'zod/mini'
import { down } from '../message.ts'
import { battleScore } from '../parts.ts'

/** How the battle stands. A room has one at a time, so the next one's score takes this one's place. */
export const score = down('score', 'latest', { key: z.literal('score'), score: battleScore })
