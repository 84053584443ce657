import * as z from 'zod/mini'
import { CHAT_TEXT_MAX } from '../limits.ts'
import { id, up } from '../message.ts'

/** A chat line. Answered by `ack`; the sender's own client shows it on the acknowledgement. */
export const say = up('say', {
  id,
  text: z.string().check(z.trim(), z.minLength(1), z.maxLength(CHAT_TEXT_MAX)),
})
