import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { CHAT_LINES_PER_S, CHAT_LINES_PER_S_MAX } from '../protocol/limits.ts'
import { SHOW_STATUSES } from '../protocol/parts.ts'
import { ROLES } from '../scopes.ts'
import { personView } from './accounts.ts'
import { amountMinor, contract, id, nothing, page, pageOf, timeMs, title } from './contract.ts'
import { pictureView } from './pictures.ts'

const tag = 'Shows'
const inTenant = z.object({ tenantId: id })
const inShow = z.object({ tenantId: id, showId: id })

/** A show as its merchant sees it. */
export const showView = z.object({
  id,
  tenantId: id,
  title: z.string(),
  description: z.string(),
  coverId: id.nullable(),
  coverUrl: z.string().nullable(),
  status: z.enum(SHOW_STATUSES),
  hostAway: z.boolean(),
  scheduledAt: timeMs.nullable(),
  startedAt: timeMs.nullable(),
  endedAt: timeMs.nullable(),
  pinnedItemId: id.nullable(),
  chatLinesPerS: z.int().nullable(),
  hosts: z.array(z.object({ personId: id, name: z.string() })),
})
export type ShowView = z.infer<typeof showView>

export const shelfItem = z.object({
  id,
  productId: id,
  sellingPoint: z.string(),
  livePriceMinor: amountMinor.nullable(),
})

const description = z.string().trim().max(1000)
const coverId = id.nullable().describe('An uploaded picture')
const chatLinesPerS = z
  .int()
  .min(1)
  .max(CHAT_LINES_PER_S_MAX)
  .nullable()
  .describe(`Chat lines that its room shows in a second, also while it runs; null for ${CHAT_LINES_PER_S}`)
const hostIds = z.array(id).min(1).max(8).describe('Members whose role may host; the first leads the show')

export const listShows = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows',
  tag,
  summary: 'Shows, newest first',
  who: 'shows:read',
  params: inTenant,
  query: page,
  output: pageOf(showView),
})

export const createShow = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows',
  tag,
  summary: 'Schedule a show',
  who: 'shows:write',
  params: inTenant,
  body: z.object({
    title,
    description: description.default(''),
    coverId: coverId.default(null),
    scheduledAt: timeMs.nullable().default(null),
    chatLinesPerS: chatLinesPerS.default(null),
    /** The caller when left out. */
    hostIds: hostIds.optional(),
  }),
  output: showView,
  status: 201,
})

export const getShow = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId',
  tag,
  summary: 'A show with its shelf',
  who: 'shows:read',
  params: inShow,
  output: showView.extend({ shelf: z.array(shelfItem) }),
})

export const updateShow = contract({
  method: 'PATCH',
  path: '/tenants/:tenantId/shows/:showId',
  tag,
  summary: 'Change title, description, cover, time, hosts or how much chat is shown',
  who: 'shows:write',
  params: inShow,
  body: z
    .object({ title, description, coverId, scheduledAt: timeMs.nullable(), chatLinesPerS, hostIds })
    .partial(),
  output: showView,
})

export const listHosts = contract({
  method: 'GET',
  path: '/tenants/:tenantId/hosts',
  tag,
  summary: 'The members whose role may host a show',
  who: 'shows:write',
  params: inTenant,
  output: z.object({ items: z.array(z.object({ personId: id, name: z.string(), role: z.enum(ROLES) })) }),
})

export const endShow = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/end',
  tag,
  summary: 'End a show for good',
  who: 'desk:run',
  params: inShow,
  output: showView,
})

export const showDrops = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/drops',
  tag,
  summary:
    'What the room did not deliver, by class and reason; `slow_reader` counts each viewer, others each node. Of class `viewer`: viewers that fell behind',
  who: 'shows:read',
  params: inShow,
  output: z.object({
    items: z.array(z.object({ class: z.string(), reason: z.string(), events: z.int() })),
  }),
})

export const putShelf = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/shows/:showId/shelf',
  tag,
  summary: 'Set the shelf: products in order, each with a selling point and a live price',
  who: 'desk:run',
  params: inShow,
  body: z.object({
    items: z
      .array(
        z.object({
          productId: id,
          sellingPoint: z.string().trim().max(80).default(''),
          livePriceMinor: amountMinor.min(1).nullable().default(null),
        }),
      )
      .max(100),
  }),
  output: z.object({ items: z.array(shelfItem) }),
  errors: ['product_unavailable'],
})

const inShelf = inShow.extend({ itemId: id })
/** UTF-16 units: some ten minutes of reading aloud. */
export const SCRIPT_LENGTH_MAX = 4000
const scriptView = z.object({ script: z.string() })

export const getScript = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/shelf/:itemId/script',
  tag,
  summary: 'What the host reads from the teleprompter about a shelf item; viewers never get it',
  who: 'shows:read',
  params: inShelf,
  output: scriptView,
})

export const putScript = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/shows/:showId/shelf/:itemId/script',
  tag,
  summary: 'Set what the host reads from the teleprompter about a shelf item',
  who: 'desk:run',
  params: inShelf,
  body: z.object({ script: z.string().trim().max(SCRIPT_LENGTH_MAX) }),
  output: scriptView,
})

export const pinItem = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/shows/:showId/pin',
  tag,
  summary: 'Pin a shelf item for everyone, or unpin with null',
  who: 'desk:run',
  params: inShow,
  body: z.object({ itemId: id.nullable() }),
  output: z.object({ pinnedItemId: id.nullable() }),
})

export const iceServer = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
})

export const visitShow = contract({
  method: 'POST',
  path: '/shows/:showId/visits',
  tag: 'Viewers',
  summary:
    'Enter a show: who I am (a guest is made when nobody is signed in) and the tickets for room, video and flash sales',
  who: 'anyone',
  embed: true,
  params: z.object({ showId: id }),
  output: z.object({
    person: personView,
    show: z.object({
      id,
      title: z.string(),
      description: z.string(),
      coverUrl: z.string().nullable(),
      status: z.enum(SHOW_STATUSES),
      tenantName: z.string(),
      currency: z.enum(CURRENCIES),
    }),
    /** For `join` on the room socket; short-lived, for this show and person alone. */
    roomTicket: z.string(),
    /** Bearer token for WHEP. */
    mediaTicket: z.string(),
    /** For `POST /orders` with a flash sale in it, as `Order-Ticket`; renewed over the room socket. */
    orderTicket: z.string(),
    iceServers: z.array(iceServer),
    paymentProviders: z.array(z.string()),
  }),
  status: 201,
  errors: ['too_many_requests', 'banned'],
})

export const listItemPictures = contract({
  method: 'GET',
  path: '/shows/:showId/shelf/:itemId/pictures',
  tag: 'Viewers',
  summary: 'All pictures of a product on the shelf',
  who: 'anyone',
  params: z.object({ showId: id, itemId: id }),
  output: z.object({ items: z.array(pictureView.extend({ alt: z.string() })) }),
})

const moderationParams = inShow
export const mutePerson = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/mutes',
  tag: 'Moderation',
  summary: 'Mute a person in this room for some minutes; 0 lifts it',
  who: 'chat:moderate',
  params: moderationParams,
  body: z.object({ personId: id, minutes: z.int().min(0).max(1440) }),
  output: z.object({ personId: id, mutedUntil: timeMs.nullable() }),
})

export const deleteLine = contract({
  method: 'DELETE',
  path: '/tenants/:tenantId/shows/:showId/chat/:lineId',
  tag: 'Moderation',
  summary: 'Take a chat line away',
  who: 'chat:moderate',
  params: moderationParams.extend({ lineId: id }),
  output: nothing,
  status: 204,
})

export const pinLine = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/shows/:showId/pinned-line',
  tag: 'Moderation',
  summary: 'Let a chat line stand above the chat for everyone, or take it away with null',
  who: 'chat:moderate',
  params: moderationParams,
  body: z.object({ lineId: id.nullable() }),
  output: z.object({ lineId: id.nullable() }),
})

const personInTenant = inTenant.extend({ personId: id })

export const banPerson = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/bans/:personId',
  tag: 'Moderation',
  summary: 'Take a person out of all rooms of the tenant, and let them in no more',
  who: 'chat:moderate',
  params: personInTenant,
  output: nothing,
  status: 204,
  errors: ['not_bannable'],
})

export const liftBan = contract({
  method: 'DELETE',
  path: '/tenants/:tenantId/bans/:personId',
  tag: 'Moderation',
  summary: 'Let a banned person in again',
  who: 'chat:moderate',
  params: personInTenant,
  output: nothing,
  status: 204,
})

export const banView = z.object({ personId: id, name: z.string(), bannedAt: timeMs, bannedBy: z.string() })

export const listBans = contract({
  method: 'GET',
  path: '/tenants/:tenantId/bans',
  tag: 'Moderation',
  summary: 'Who is banned',
  who: 'chat:moderate',
  params: inTenant,
  query: page,
  output: pageOf(banView),
})
