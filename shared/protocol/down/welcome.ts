import * as z from 'zod/mini'
import { down, position, serverTimeMs } from '../message.ts'
import { me, snapshot } from '../parts.ts'

/**
 * The answer to `join`. `pos` is where the viewer stands: with `recovered: true` the position it resumed from, and
 * there is no snapshot; with `recovered: false` that of the snapshot, which replaces all that the viewer knew. The
 * state events after `pos` follow in the same frame.
 */
export const welcome = down('welcome', 'personal', {
  version: z.int(),
  me,
  pos: position,
  recovered: z.boolean(),
  snapshot: z.nullable(snapshot),
  serverTime: serverTimeMs,
})
