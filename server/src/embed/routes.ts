import * as api from '@shelfcast/shared/api/embed.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Embed } from './embed.ts'

export const embedRoutes = (embed: Embed): Route[] => [
  handle(api.openEmbedSession, ({ body, actor, request }) => embed.open(body, actor, request)),

  handle(api.createEmbedCode, ({ body, actor }) => embed.issueCode(body, actor.personId)),

  handle(api.listIdentityKeys, async ({ params }) => ({
    items: await embed.keys.list(params.tenantId),
    audience: embed.audience,
    issuer: params.tenantId,
  })),

  handle(api.createIdentityKey, ({ params, body }) => embed.keys.create(params.tenantId, body)),

  handle(api.revokeIdentityKey, async ({ params }) => {
    await embed.keys.revoke(params.tenantId, params.keyId)
    return null
  }),
]
