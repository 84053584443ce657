import * as z from 'zod/mini'
import { up } from '../message.ts'

/** Taps since the last `like`; clients send at most one a second. */
export const like = up('like', { count: z.int().check(z.positive(), z.maximum(50)) })
