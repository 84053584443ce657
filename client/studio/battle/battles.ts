import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import { type Answer, call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import type { Rpc } from '../../kit/rpc/rpc.ts'
import { toast } from '../../kit/ui/toast.tsx'
import type { Stage } from '../live/stage.ts'
import type { Room } from '../room/room.ts'

type Seen = Answer<'GET /tenants/:tenantId/shows/:showId/battles'>
export type Challenge = NonNullable<Seen['challenge']>
export type Rival = Seen['rivals'][number]
type Code = Answer<'POST /tenants/:tenantId/shows/:showId/battle-code'>

/** Battles with other shows, as a host starts, accepts and gives them up. What fails is told in a toast. */
export interface Battles {
  /** Open, in either direction. */
  readonly challenge: ReadonlySignal<Challenge | null>
  /** The shop's other shows that are live; null until they are known. */
  readonly rivals: ReadonlySignal<readonly Rival[] | null>
  readonly code: ReadonlySignal<Code | null>
  readonly busy: ReadonlySignal<boolean>
  /** Whether this host is on air for the shop. */
  readonly live: ReadonlySignal<boolean>
  look(): void
  makeCode(): void
  send(rival: { showId: string } | { code: string }, durationS: number): void
  accept(): void
  /** Declines a challenge, or takes one's own back. */
  refuse(): void
  giveUp(): void
}

/** A message that got lost is made good by then. */
const LOOK_MS = 10_000

export function createBattles(deps: {
  tenantId: string
  showId: string
  rpc: Pick<Rpc, 'on' | 'onUp'>
  room: Room
  stage: Stage
}): Battles {
  const { tenantId, showId, rpc, room, stage } = deps
  const params = { tenantId, showId }
  const challenge = signal<Challenge | null>(null)
  const rivals = signal<readonly Rival[] | null>(null)
  const code = signal<Code | null>(null)
  const busy = signal(false)
  /** Also while an encoder sends. */
  const live = computed(() => {
    const { at } = stage.phase.value
    return (at === 'live' || at === 'beside') && stage.member.value === true
  })
  let looks = 0

  async function read(): Promise<void> {
    const mine = ++looks
    const seen = await call('GET /tenants/:tenantId/shows/:showId/battles', { params })
    if (mine !== looks) return
    challenge.value = seen.challenge
    rivals.value = seen.rivals
  }
  /** Only while on air: else there is nobody to challenge. */
  const look = () => {
    if (live.peek()) void read().catch(() => undefined) // it is looked again
  }
  const attempt = (work: () => Promise<unknown>) => {
    if (busy.peek()) return
    busy.value = true
    work()
      .catch((error: unknown) => toast(errorText(error), 'bad'))
      .then(read)
      .catch(() => undefined)
      .finally(() => {
        busy.value = false
      })
  }
  const withChallenge = (work: (battleId: string) => Promise<unknown>) => () => {
    const open = challenge.peek()
    if (open) attempt(() => work(open.id))
  }

  effect(() => {
    if (!live.value) return
    look()
    const timer = setInterval(look, LOOK_MS)
    return () => clearInterval(timer)
  })
  rpc.on('stage.battle', look)
  rpc.onUp(look)

  return {
    // One that has run out is none: nobody need be told.
    challenge: computed(() => {
      const open = challenge.value
      return open && live.value && open.expiresAt > room.now.value ? open : null
    }),
    rivals,
    code,
    busy,
    live,
    look,
    makeCode: () =>
      attempt(async () => {
        code.value = await call('POST /tenants/:tenantId/shows/:showId/battle-code', { params, body: {} })
      }),
    send: (rival, durationS) =>
      attempt(() =>
        call('POST /tenants/:tenantId/shows/:showId/battles', { params, body: { rival, durationS } }),
      ),
    accept: withChallenge((battleId) =>
      call('POST /tenants/:tenantId/shows/:showId/battles/:battleId/accept', {
        params: { ...params, battleId },
        body: {},
      }),
    ),
    refuse: withChallenge((battleId) =>
      call('DELETE /tenants/:tenantId/shows/:showId/battles/:battleId', { params: { ...params, battleId } }),
    ),
    giveUp() {
      const battleId = room.state.peek()?.battle?.id
      if (battleId === undefined) return
      attempt(() =>
        call('POST /tenants/:tenantId/shows/:showId/battles/:battleId/give-up', {
          params: { ...params, battleId },
          body: {},
        }),
      )
    },
  }
}
