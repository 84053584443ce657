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

  /** What the former key publishes ends, before and after: a node that cannot be reached leaves the key as it was. */
  async function ended<T>(of: Parameters<typeof whip.closeOf>[0], change: () => Promise<T>): Promise<T> {
    await whip.closeOf(of)
    const done = await change()
    await whip.closeOf(of)
    return done
  }

  return [
    handle(api.getStreamKey, async ({ params, actor }) => ({
      url,
      key: await streamKeys.find({ ...params, personId: actor.personId }),
    })),

    handle(api.rotateStreamKey, async ({ params, actor }) => {
      const of = { ...params, personId: actor.personId }
      const made = await ended(of, () => streamKeys.rotate(of))
      return { ...made, url }
    }),

    handle(api.revokeStreamKey, async ({ params, actor }) => {
      const of = { ...params, personId: actor.personId }
      await ended(of, () => streamKeys.revoke(of))
      return null
    }),
  ]
}
