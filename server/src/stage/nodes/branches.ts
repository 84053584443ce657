import { notReady } from '../audience.ts'
import { createQueue } from '../queue.ts'
import { type BranchDeps, ShowBranch } from './branch.ts'
import type { Homes } from './homes.ts'
import type { Registry } from './registry.ts'
import { programme } from './wire.ts'

interface BranchesDeps extends Omit<BranchDeps, 'showId' | 'home' | 'pipesIn' | 'onClosed' | 'onHeard'> {
  /** There may be something else to see of a show. */
  onSeen(showId: string): void
  homes: Pick<Homes, 'find'>
  registry: Pick<Registry, 'living'>
}

/** The shows that are seen on this node and have their homes on others. */
export function createBranches(deps: BranchesDeps) {
  const { ask, homes, registry, log } = deps
  const branches = new Map<string, ShowBranch>()
  /** Two who come together share one. */
  const queue = createQueue()
  const pipesIn = (): number => [...branches.values()].reduce((sum, { pipes }) => sum + pipes, 0)

  ask.answer(programme, async ({ showId, told }, node) => {
    const branch = branches.get(showId)
    if (branch?.home !== node) return { follows: false }
    if (told === null) branch.close()
    else branch.hear(told)
    return { follows: told !== null }
  })

  async function open(showId: string): Promise<ShowBranch> {
    const known = branches.get(showId)
    if (known) return known
    const home = await homes.find(showId)
    if (home === null || !registry.living.has(home)) throw notReady()
    const branch: ShowBranch = await ShowBranch.open({
      ...{ ...deps, showId, home, pipesIn },
      onClosed() {
        if (branches.get(showId) === branch) branches.delete(showId)
        deps.onSeen(showId)
      },
      onHeard: () => deps.onSeen(showId),
    })
    branches.set(showId, branch)
    return branch
  }

  return {
    get pipes(): number {
      return pipesIn()
    },
    values: () => branches.values(),
    get: (showId: string) => branches.get(showId),

    /** @throws Fault `media_not_ready` where the show has no home that is reached */
    async of(showId: string): Promise<ShowBranch> {
      const known = branches.get(showId)
      if (known) return known
      return queue(() => open(showId)).catch((error: unknown) => {
        log.debug({ err: error, showId }, 'a show is not followed')
        throw notReady()
      })
    },

    /** Every second. */
    async tend(): Promise<void> {
      await Promise.all([...branches.values()].map((branch) => branch.tend()))
    },

    gone(node: string): void {
      for (const branch of [...branches.values()]) if (branch.home === node) branch.close()
    },

    close(): void {
      for (const branch of [...branches.values()]) branch.close()
    },
  }
}
