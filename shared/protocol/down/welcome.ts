import * as z from 'zod/mini'
import { down, id, position, serverTimeMs } from '../message.ts'
import { chatRole, snapshot } from '../parts.ts'

/**
 * The answer to `join`. With `recovered: true` the missed state events follow in the next frame and there is no
 * snapshot; with `recovered: false` the snapshot replaces all that the viewer knew.
 */
export const welcome = down('welcome', 'personal', {
  version: z.int(),
  viewerId: id,
  role: chatRole,
  pos: position,
  recovered: z.boolean(),
  snapshot: z.nullable(snapshot),
  serverTime: serverTimeMs,
  mutedUntil: z.nullable(serverTimeMs),
})
