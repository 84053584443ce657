import type { Log } from '../../kernel/log.ts'
import type { ShowRecord } from '../../shows/index.ts'
import type { Homes } from './homes.ts'
import type { AboutNode, Registry } from './registry.ts'

interface OrphansDeps {
  onAir(): Promise<ShowRecord[]>
  homes: Pick<Homes, 'claim'>
  registry: Pick<Registry, 'living'>
  load(): number
  beatMs: number
  /** The shows that have their homes here. */
  own(): Iterable<string>
  /** This node has the home of a show whose former home is gone. */
  adopt(show: ShowRecord, lost: readonly AboutNode[]): Promise<void>
  log: Log
}

/** Beats that the busiest node waits at most. */
const STEPS_MAX = 3

/**
 * Shows that are on air and whose home is gone: the first node that looks takes them over. Nodes notice a death within
 * a beat of each other, so that each waits a beat for every idler one, and the idlest is the first as a rule. A home
 * whose lease has not run out yet is looked at again.
 */
export function createOrphans({ onAir, homes, registry, load, beatMs, own, adopt, log }: OrphansDeps) {
  let due = false
  let notBefore = 0
  /** Those that went away since all shows had a home, and what had its home here before. */
  let lost: AboutNode[] = []
  let untouched = new Set<string>()

  async function settle(show: ShowRecord): Promise<void> {
    const { here, node } = await homes.claim(show.id)
    if (here) await adopt(show, untouched.has(show.id) ? [] : lost)
    else if (!registry.living.has(node)) due = true
  }

  async function look(): Promise<void> {
    due = false
    for (const show of await onAir()) {
      await settle(show).catch((error) => {
        due = true
        log.warn({ err: error, showId: show.id }, 'a show could not be taken over')
      })
    }
    if (!due) lost = []
  }

  return {
    /** Looks at all shows that are on air. */
    look,

    gone(about: AboutNode): void {
      if (lost.length === 0) untouched = new Set(own())
      lost.push(about)
      due = true
      const busy = load()
      const idler = [...registry.living.values()].filter((other) => other.load < busy).length
      notBefore = performance.now() + Math.min(idler, STEPS_MAX) * beatMs
    },

    /** Every second. */
    async tend(): Promise<void> {
      if (due && performance.now() >= notBefore) await look()
    },
  }
}
