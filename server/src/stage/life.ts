import { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { ShowRecord } from '../shows/index.ts'
import type { StageLimits } from './limits.ts'
import { createQueue } from './queue.ts'

type Timer = ReturnType<typeof setTimeout>

/**
 * Where a show stands for its stage.
 * - `setup`: nobody has gone live yet.
 * - `live`: a host sends.
 * - `dropping`: the last host stopped a moment ago; a quick reload comes back before the room is told.
 * - `away`: the room was told. `grace` runs while no host is on stage; when it ends, so does the show.
 */
type LifeState =
  | { readonly at: 'setup' }
  | { readonly at: 'live' }
  | { readonly at: 'dropping'; readonly timer: Timer }
  | { readonly at: 'away'; readonly grace: Timer | null }
  | { readonly at: 'ended' }

/** What the stage asks of the shows domain. */
export interface LifeShows {
  goLive(tenantId: string, showId: string): Promise<ShowRecord>
  hostAway(tenantId: string, showId: string): Promise<void>
  end(tenantId: string, showId: string): Promise<ShowRecord>
}

export interface Life {
  readonly at: LifeState['at']
  /** @throws Fault `show_ended`, `show_transition_refused` */
  goLive(): Promise<ShowRecord>
  /** Nobody sends any more. */
  stopped(): void
  /** A host came or left: grace time runs only while nobody is there. */
  hostsChanged(): void
  /** After a restart of the server: the show was on air, its host is not here. */
  recover(wasLive: boolean): Promise<void>
  /** For good, or because the server goes away. Stops the timers. */
  end(): void
}

interface LifeDeps {
  tenantId: string
  showId: string
  shows: LifeShows
  limits: Pick<StageLimits, 'awayAfterMs'>
  /** How long the show waits from now on. */
  graceMs(): number
  log: Log
  hostsPresent(): boolean
}

/** Moves a show through live, away and ended as its hosts come and go; one step at a time. */
export function createLife(deps: LifeDeps): Life {
  const { tenantId, showId, shows, limits, log } = deps
  const queue = createQueue()
  let state: LifeState = { at: 'setup' }

  function become(next: LifeState): void {
    if (state.at === 'dropping') clearTimeout(state.timer)
    if (state.at === 'away' && state.grace !== null) clearTimeout(state.grace)
    state = next
  }

  function later(ms: number, step: () => Promise<void>): Timer {
    const timer = setTimeout(() => {
      queue(step).catch((error) => log.error({ err: error, showId }, 'a step in the life of a show failed'))
    }, ms)
    return timer.unref()
  }

  const becomeAway = (): void =>
    become({ at: 'away', grace: deps.hostsPresent() ? null : later(deps.graceMs(), giveUp) })

  const isEnded = (): boolean => state.at === 'ended'

  async function tellAway(): Promise<void> {
    if (state.at !== 'dropping') return
    try {
      await shows.hostAway(tenantId, showId)
    } finally {
      if (state.at === 'dropping') becomeAway()
    }
  }

  async function giveUp(): Promise<void> {
    if (state.at !== 'away' || deps.hostsPresent()) return
    try {
      await shows.end(tenantId, showId)
    } catch (error) {
      becomeAway() // the database may be back in time for the next try
      throw error
    }
    become({ at: 'ended' })
    log.info({ showId }, 'the host did not come back: the show ended')
  }

  return {
    get at() {
      return state.at
    },

    goLive: () =>
      queue(async () => {
        const show = await shows.goLive(tenantId, showId)
        if (isEnded()) throw new Fault('show_ended') // someone ended it while it went live
        become({ at: 'live' })
        return show
      }),

    stopped() {
      if (state.at === 'live') become({ at: 'dropping', timer: later(limits.awayAfterMs, tellAway) })
    },

    hostsChanged() {
      if (state.at === 'away') becomeAway()
    },

    recover: (wasLive) =>
      queue(async () => {
        if (wasLive) await shows.hostAway(tenantId, showId)
        if (state.at === 'setup') becomeAway()
      }),

    end() {
      become({ at: 'ended' })
    },
  }
}
