import * as z from 'zod/mini'
import { down } from '../message.ts'

/**
 * The media worker named by `key` is gone, and with it the WHEP sessions that were opened on it (`Shelfcast-Worker`):
 * who has one opens another. A browser would notice by itself only after seconds.
 */
export const media = down('media', 'latest', { key: z.string() })
