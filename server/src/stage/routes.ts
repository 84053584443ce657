import * as api from '@shelfcast/shared/api/stage.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { StreamKeys } from './keys.ts'
import type { WhipSessions } from './whip-sessions.ts'

/** A host's own stream key. */
export function streamKeyRoutes(deps: {
  streamKeys: StreamKeys
  whip: Pick<WhipSessions, 'closeOf'>
  publicUrl: string
}): Route[] {
  const { streamKeys, whip } = deps
  const url = `${deps.publicUrl}/whip`
  return [
    handle(api.getStreamKey, async ({ params, actor }) => ({
      url,
      key: await streamKeys.find({ ...params, personId: actor.personId }),
    })),

    handle(api.rotateStreamKey, async ({ params, actor }) => {
      const of = { ...params, personId: actor.personId }
      const made = await streamKeys.rotate(of)
      await whip.closeOf(of)
      return { ...made, url }
    }),

    handle(api.revokeStreamKey, async ({ params, actor }) => {
      const of = { ...params, personId: actor.personId }
      await streamKeys.revoke(of)
      await whip.closeOf(of)
      return null
    }),
  ]
}
