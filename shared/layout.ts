import type { SeatView, StageLayout } from './protocol/parts.ts'

/** A picture in a layout. */
export interface Tile {
  readonly seat: SeatView
  readonly source: 'camera' | 'screen'
  /** `whole` alone on the stage · `main` the large one of several · `inset` a small one in it · `equal` one of equals. */
  readonly place: 'whole' | 'main' | 'inset' | 'equal'
}

/** The kind that can be shown with who is there, and its tiles, the most important first. */
export interface Arrangement {
  readonly kind: StageLayout['kind'] | 'battle'
  readonly tiles: readonly Tile[]
}

/**
 * What viewers see of a layout: who is missing leaves no gap, and one picture alone is whole. In a battle the main picture
 * and the rival's are equals, and the rival has its place also while it is away.
 */
export function arrange({ rival, ...own }: StageLayout): Arrangement {
  if (!rival) return arrangeOwn(own)
  const main = mainTile(own)
  const tile: Tile = { seat: rival, source: 'camera', place: 'equal' }
  return { kind: 'battle', tiles: main ? [{ ...main, place: 'equal' }, tile] : [tile] }
}

function arrangeOwn({ kind, main, lead, seats }: Omit<StageLayout, 'rival'>): Arrangement {
  const pictured = seats.filter(({ camera }) => camera !== null)
  const rank = ({ personId }: SeatView): number => (personId === main ? 0 : personId === lead ? 1 : 2)
  const [first, ...others] = [...pictured].sort((a, b) => rank(a) - rank(b))
  const sharing = [...seats].sort((a, b) => rank(a) - rank(b)).find(({ screen }) => screen !== null)
  const camera = (seat: SeatView, place: Tile['place']): Tile => ({ seat, source: 'camera', place })

  if (kind === 'screen' && sharing) {
    const screen: Tile = {
      seat: sharing,
      source: 'screen',
      place: sharing.camera || first ? 'main' : 'whole',
    }
    const host = sharing.camera ? sharing : first
    return { kind, tiles: host ? [screen, camera(host, 'inset')] : [screen] }
  }
  if (!first) {
    return { kind: 'solo', tiles: sharing ? [{ seat: sharing, source: 'screen', place: 'whole' }] : [] }
  }
  if (others.length === 0 || kind === 'solo') return { kind: 'solo', tiles: [camera(first, 'whole')] }
  if (kind === 'pip') {
    return { kind, tiles: [camera(first, 'main'), ...others.map((seat) => camera(seat, 'inset'))] }
  }
  // Equals keep their places, whoever is the main one.
  return { kind: 'side', tiles: pictured.map((seat) => camera(seat, 'equal')) }
}

/** The picture of the main seat, or what it shares. */
export const mainTile = (layout: StageLayout): Tile | null =>
  arrangeOwn({ ...layout, kind: layout.kind === 'screen' ? 'screen' : 'solo' }).tiles[0] ?? null

/** The tracks that a session with all of this layout has. */
export const trackIds = ({ seats, rival }: StageLayout): string[] =>
  [...seats, ...(rival ? [rival] : [])].flatMap(({ camera, microphone, screen }) =>
    [camera, microphone, screen].filter((track) => track !== null),
  )
