import * as z from 'zod/mini'
import { down, position } from '../message.ts'
import { chatLine } from '../parts.ts'

/** The chat line that stands above the chat, or null when none does. A line that is taken away is not pinned any more. */
export const pinnedLine = down('pinned_line', 'state', { pos: position, line: z.nullable(chatLine) })
