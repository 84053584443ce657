import type { Ask } from '../../kernel/ask.ts'
import { found } from '../../kernel/errors.ts'
import type { StageLimits } from '../limits.ts'
import type { ShowStage } from '../show.ts'
import { Followers } from './followers.ts'
import { follow, pipe, unfollow } from './wire.ts'

interface FollowingDeps {
  ask: Ask
  pipeIp: string
  limits: Pick<StageLimits, 'pipesMax' | 'followMs'>
}

/** Which other nodes show what has its home on this one. */
export function createFollowing(deps: FollowingDeps) {
  const { ask } = deps
  const shows = new Map<string, Followers>()
  const pipesOut = (): number => [...shows.values()].reduce((sum, { pipes }) => sum + pipes, 0)

  ask.answer(follow, async ({ showId }, node) => found(shows.get(showId)).follow(node))
  ask.answer(unfollow, async ({ showId }, node) => {
    shows.get(showId)?.unfollow(node)
    return null
  })
  ask.answer(pipe, async ({ showId, producerId, end }, node) =>
    found(shows.get(showId)).pipe(node, producerId, end),
  )

  return {
    get pipes(): number {
      return pipesOut()
    },

    open(stage: ShowStage, fence: number): void {
      shows.set(stage.showId, new Followers({ ...deps, stage, fence, pipesOut }))
    },

    tell: (showId: string) => shows.get(showId)?.tell(),

    close(showId: string): void {
      const followers = shows.get(showId)
      shows.delete(showId)
      followers?.close()
    },

    sweep(): void {
      for (const followers of shows.values()) followers.sweep()
    },

    /** Closes a node's pipes. @returns the shows that were seen on it */
    gone(node: string): string[] {
      const seen = [...shows].filter(([, followers]) => followers.has(node))
      for (const [, followers] of seen) followers.unfollow(node)
      return seen.map(([showId]) => showId)
    },
  }
}
