import { arrange } from '@shelfcast/shared/layout.ts'
import type { SeatView, StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import type { Quality } from '@shelfcast/shared/quality.ts'
import type { Log } from '../kernel/log.ts'
import { createQueue } from './queue.ts'
import type { HostMedia, HostSeat } from './seat.ts'

/** What the stage asks of the shows domain. */
export interface LayoutStore {
  read(tenantId: string, showId: string): Promise<StageLayout | null>
  silenced(tenantId: string, showId: string): Promise<readonly string[]>
  /** Tells the room, and keeps who is silenced. */
  tell(tenantId: string, showId: string, layout: StageLayout, silenced: readonly string[]): Promise<void>
}

export interface LineUp {
  /** Who runs the show; null before its first member came. */
  lead: string | null
  /** Whom who runs the show has silenced: neither a reload nor another home lifts it. Who changes it says `changed`. */
  readonly silenced: Set<string>
  /** As it is now: seats on air, and how their pictures stand. */
  readonly layout: StageLayout
  /** Reads what was chosen before this process had the show. @returns who was on air then, the first time */
  load(): Promise<readonly SeatView[]>
  choose(kind: StageLayout['kind'], main: string | null): void
  /** Seats, or what they send, have changed: the room is told, once for all changes of a moment. */
  changed(): void
  close(): void
}

interface LineUpDeps {
  tenantId: string
  showId: string
  layouts: LayoutStore
  log: Log
  /** Those on air, in the order in which they came. */
  seats(): readonly HostSeat[]
  /** Who is seen of the other show of a battle. */
  rival(): SeatView | null
}

type Kind = StageLayout['kind']
const AGAIN_MS = 1000

/** How good a picture has to be for its place: one that is hidden is kept on its lowest layer, ready to be shown. */
export function qualityNeeded(layout: StageLayout, trackId: string): Quality {
  const { kind, tiles } = arrange(layout)
  const tile = tiles.find(({ seat, source }) => seat[source] === trackId)
  if (!tile) return 'saver'
  return kind === 'pip' && tile.place === 'inset' ? 'standard' : 'auto'
}

/** The layout of one show. What was chosen stays while a seat is empty, so that who comes back finds its place. */
export function createLineUp({ tenantId, showId, layouts, log, seats, rival }: LineUpDeps): LineUp {
  const queue = createQueue()
  let kind: Kind = 'side'
  /** What a shared screen took the place of. */
  let beforeScreen: Kind = 'side'
  let main: string | null = null
  let sharing = false
  let told = ''
  let waiting = false
  let loaded = false
  let closed = false

  /** A screen that is shared is to be seen; when it ends, all is as it was before. */
  function followScreen(): void {
    const shares = seats().some((seat) => seat.media.some(({ source }) => source === 'screen'))
    if (shares === sharing) return
    sharing = shares
    if (shares) {
      if (kind !== 'screen') beforeScreen = kind
      kind = 'screen'
    } else if (kind === 'screen') kind = beforeScreen
  }

  function layout(): StageLayout {
    const own = { kind, main, lead: lineUp.lead, seats: seats().map(seatView) }
    const other = rival()
    return other ? { ...own, rival: other } : own
  }

  async function tell(): Promise<void> {
    waiting = false
    const now = layout()
    const mute = [...lineUp.silenced].toSorted()
    const text = textOf(now, mute)
    if (closed || text === told || (told === '' && now.seats.length === 0)) return
    try {
      await layouts.tell(tenantId, showId, now, mute)
      told = text
    } catch (error) {
      log.warn({ err: error, showId }, 'the room could not be told how its stage looks')
      setTimeout(lineUp.changed, AGAIN_MS).unref()
    }
  }

  const lineUp: LineUp = {
    lead: null,
    silenced: new Set(),
    get layout() {
      return layout()
    },
    async load() {
      if (loaded) return []
      const [before, mute] = await Promise.all([
        layouts.read(tenantId, showId),
        layouts.silenced(tenantId, showId),
      ])
      if (loaded) return []
      loaded = true
      if (before === null) return []
      for (const personId of mute) lineUp.silenced.add(personId)
      told = textOf(before, mute)
      main = before.main
      beforeScreen = before.kind === 'screen' ? 'side' : before.kind
      kind = beforeScreen
      return before.seats
    },
    choose(next, of) {
      kind = next
      main = of
      if (next !== 'screen') beforeScreen = next
    },
    changed() {
      followScreen()
      if (waiting || closed) return
      waiting = true
      void queue(tell)
    },
    close() {
      closed = true
    },
  }
  return lineUp
}

const textOf = (layout: StageLayout, silenced: readonly string[]): string =>
  JSON.stringify({ ...layout, silenced })

function seatView({ personId, name, media }: HostSeat): SeatView {
  const sent = (source: HostMedia['source']) => media.find((one) => one.source === source)?.producer ?? null
  const microphone = sent('microphone')
  return {
    personId,
    name,
    camera: sent('camera')?.id ?? null,
    microphone: microphone?.id ?? null,
    screen: sent('screen')?.id ?? null,
    muted: microphone?.paused ?? true,
  }
}
