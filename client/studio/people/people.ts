import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { SeatView, StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { errorText } from '../../kit/errors.ts'
import type { Rpc } from '../../kit/rpc/rpc.ts'
import { toast } from '../../kit/ui/toast.tsx'
import { followTracks } from '../../kit/watch/follow-tracks.ts'
import type { Stage } from '../live/stage.ts'
import type { Room } from '../room/room.ts'

/** Who else is on stage, and what may be done about it. What fails is told in a toast. */
export interface People {
  readonly layout: ReadonlySignal<StageLayout | null>
  readonly ownId: ReadonlySignal<string | null>
  /** One's own place on stage while it is on air, whatever sends it. */
  readonly ownSeat: ReadonlySignal<SeatView | null>
  /** Whether somebody else is on air, or the rival of a battle has a place here. */
  readonly others: ReadonlySignal<boolean>
  /** Whether a page that records nothing may be heard: browsers ask for a tap first. */
  readonly heard: ReadonlySignal<boolean>
  hear(): void
  /** Whether this host runs the show: its lead, or any other member while that one is away. */
  readonly leads: ReadonlySignal<boolean>
  setLayout(kind: StageLayout['kind'], main: string | null): void
  mute(personId: string, muted: boolean): void
  remove(personId: string): void
  handOver(personId: string): void
  /** Off the stage, and ready to come again. */
  leave(): void
}

export function createPeople(deps: {
  tenantId: string
  showId: string
  rpc: Pick<Rpc, 'call'>
  room: Room
  stage: Stage
}): People {
  const { rpc, room, stage } = deps
  const layout = computed(() => room.state.value?.layout ?? null)
  const ownId = computed(() => room.visit.value?.person.id ?? null)
  const ownSeat = computed(() => layout.value?.seats.find(({ personId }) => personId === ownId.value) ?? null)
  const hasOthers = computed(() => {
    const { seats = [], rival } = layout.value ?? {}
    return rival !== undefined || seats.some(({ personId }) => personId !== ownId.value)
  })
  const heard = signal(navigator.userActivation?.hasBeenActive ?? false)
  const hear = () => {
    heard.value = true
  }
  for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, hear, { once: true })
  const withOthers = computed(() => {
    const { at } = stage.phase.value
    return hasOthers.value && (at === 'live' || at === 'beside') && ownId.value !== null
  })
  const others = computed(() => {
    const all = layout.value
    return all && { ...all, seats: all.seats.filter(({ personId }) => personId !== ownId.value) }
  })
  // Hosts hear and see each other while they are on air, and the rival in a battle.
  effect(() => room.video.want(withOthers.value))
  followTracks(room.video.session, others)

  const attempt = (done: Promise<unknown>) => void done.catch((error) => toast(errorText(error), 'bad'))
  return {
    layout,
    ownId,
    ownSeat,
    others: hasOthers,
    heard,
    hear,
    leads: computed(() => {
      const { lead = null, seats = [] } = layout.value ?? {}
      if (stage.member.value !== true) return false
      return lead === ownId.value || !seats.some(({ personId }) => personId === lead)
    }),
    setLayout: (kind, main) => attempt(rpc.call('stage.setLayout', { kind, main })),
    mute: (personId, muted) => attempt(rpc.call('stage.muteHost', { personId, muted })),
    remove: (personId) => attempt(rpc.call('stage.removeHost', { personId })),
    handOver: (personId) => attempt(rpc.call('stage.handOver', { personId })),
    leave: () => attempt(stage.leave()),
  }
}
