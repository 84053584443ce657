import { call } from '../../kit/api.ts'

/** Lets a line stand above the chat for everyone; null takes it away. */
export const pinLine = (desk: { tenantId: string; show: { id: string } }, lineId: string | null) =>
  call('PUT /tenants/:tenantId/shows/:showId/pinned-line', {
    params: { tenantId: desk.tenantId, showId: desk.show.id },
    body: { lineId },
  })
