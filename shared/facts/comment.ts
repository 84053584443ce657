import { fact, factRef } from './fact.ts'

/** A chat line that was written to the record; its text is there and not here. */
export const comment = fact('comment', 'server', { lineId: factRef })
