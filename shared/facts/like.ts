import { z } from 'zod'
import { fact } from './fact.ts'

/** Taps since the last `like` of this visit. */
export const like = fact('like', 'player', { count: z.int().min(1).max(500) })
