import { z } from 'zod'
import { contract, id, timeMs } from './contract.ts'

/** What can happen in a room, as its record tells it: the state events of the room protocol. */
export const SHOW_EVENT_TYPES = [
  'show',
  'shelf',
  'pinned',
  'sale',
  'deleted',
  'pinned_line',
  'layout',
  'battle',
] as const
export type ShowEventType = (typeof SHOW_EVENT_TYPES)[number]

export const showEvent = z.object({
  /** Its place in the room's stream, `epoch.offset`. */
  id: z.string(),
  at: timeMs,
  type: z.enum(SHOW_EVENT_TYPES),
  /** The event as viewers got it; shared/protocol/down/ has its fields. */
  event: z.record(z.string(), z.unknown()),
})
export type ShowEvent = z.infer<typeof showEvent>

const place = z.string().regex(/^\d{1,9}\.\d{1,15}$/)

export const showLog = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/log',
  tag: 'Shows',
  summary: 'All that viewers were told of the show itself, newest first. It is kept as long as the show',
  who: 'shows:read',
  params: z.object({ tenantId: id, showId: id }),
  query: z.object({
    after: place.optional().describe('The `next` of the page before'),
    type: z.enum(SHOW_EVENT_TYPES).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  output: z.object({ items: z.array(showEvent), next: place.nullable() }),
})
