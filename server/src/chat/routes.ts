import * as api from '@shelfcast/shared/api/shows.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Chat } from './chat.ts'

export const chatRoutes = (chat: Chat): Route[] => [
  handle(api.mutePerson, async ({ params, body, actor }) => {
    const { mutedUntil } = await chat.mute({ ...params, ...body, by: actor.personId })
    return { personId: body.personId, mutedUntil }
  }),

  handle(api.deleteLine, async ({ params }) => {
    await chat.deleteLine(params)
    return null
  }),

  handle(api.pinLine, async ({ params, body }) => {
    await chat.pinLine({ ...params, ...body })
    return body
  }),

  handle(api.banPerson, async ({ params, actor }) => {
    await chat.ban({ ...params, by: actor.personId })
    return null
  }),

  handle(api.liftBan, async ({ params }) => {
    await chat.liftBan(params.tenantId, params.personId)
    return null
  }),

  handle(api.listBans, ({ params, query }) => chat.bans(params.tenantId, query)),
]
