import * as api from '@shelfcast/shared/api/shows.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Shows } from './shows.ts'

export const showRoutes = (shows: Shows): Route[] => [
  handle(api.listShows, ({ params, query }) => shows.list(params.tenantId, query)),

  handle(api.createShow, ({ params, body, actor }) =>
    shows.create(params.tenantId, { ...body, hostIds: body.hostIds ?? [actor.personId] }),
  ),

  handle(api.getShow, async ({ params }) => {
    const show = await shows.get(params.tenantId, params.showId)
    return { ...(await shows.view(show)), shelf: await shows.shelf.items(params.tenantId, params.showId) }
  }),

  handle(api.updateShow, async ({ params, body }) =>
    shows.view(await shows.change(params.tenantId, params.showId, body)),
  ),

  handle(api.listHosts, async ({ params }) => ({ items: await shows.possibleHosts(params.tenantId) })),

  handle(api.endShow, async ({ params }) => shows.view(await shows.end(params.tenantId, params.showId))),

  handle(api.putShelf, async ({ params, body }) => {
    await shows.get(params.tenantId, params.showId)
    return { items: await shows.shelf.put(params.tenantId, params.showId, body.items) }
  }),

  handle(api.getScript, async ({ params: { tenantId, showId, itemId } }) => ({
    script: await shows.shelf.script(tenantId, showId, itemId),
  })),

  handle(api.putScript, async ({ params: { tenantId, showId, itemId }, body }) => {
    await shows.shelf.setScript(tenantId, showId, itemId, body.script)
    return body
  }),

  handle(api.pinItem, async ({ params, body }) => {
    await shows.shelf.pin(params.tenantId, params.showId, body.itemId)
    return { pinnedItemId: body.itemId }
  }),
]
