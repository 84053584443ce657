import { deleteLine, mutePerson } from '@shelfcast/shared/api/shows.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Chat } from './chat.ts'

export const chatRoutes = (chat: Chat): Route[] => [
  handle(mutePerson, async ({ params, body, actor }) => {
    const { mutedUntil } = await chat.mute({ ...params, ...body, by: actor.personId })
    return { personId: body.personId, mutedUntil }
  }),

  handle(deleteLine, async ({ params }) => {
    await chat.deleteLine(params)
    return null
  }),
]
