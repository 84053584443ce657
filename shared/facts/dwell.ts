import { z } from 'zod'
import { fact } from './fact.ts'

/** Time for which the show was on a visible page since the last `dwell` of this visit. */
export const dwell = fact('dwell', 'player', { ms: z.int().min(1).max(60_000) })
