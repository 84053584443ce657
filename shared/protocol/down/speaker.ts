import * as z from 'zod/mini'
import { down, id } from '../message.ts'

/** Who on stage speaks the loudest, or null while all are silent. Told where there are several; one key a room. */
export const speaker = down('speaker', 'latest', { key: z.literal('speaker'), personId: z.nullable(id) })
