import type { PictureBeside, ReplayView, SceneView } from '@shelfcast/shared/api/replays.ts'
import { type Arrangement, arrange, type Tile } from '@shelfcast/shared/layout.ts'
import type { SeatView } from '@shelfcast/shared/protocol/parts.ts'

/** What stands where in a moment of a replay. Pure. */

/** A box: with the replay's own video in it, or with a picture beside. */
export interface ReplayTile {
  readonly seat: SeatView
  readonly source: Tile['source']
  readonly place: Tile['place']
  readonly index: number
  readonly beside: PictureBeside | null
}

export interface ReplayStage {
  readonly kind: Arrangement['kind']
  readonly tiles: readonly ReplayTile[]
}

/** A picture beside is there so long before it is seen. */
const AHEAD_MS = 6000

export const sceneAt = ({ scenes }: ReplayView, ms: number): SceneView | null =>
  scenes.findLast(({ atMs }) => atMs <= ms) ?? scenes[0] ?? null

/** Pictures beside that are seen now or soon. */
export const besideSoon = ({ pictures }: ReplayView, ms: number): PictureBeside[] =>
  pictures.filter(({ atMs, untilMs }) => ms >= atMs - AHEAD_MS && ms < untilMs)

/**
 * The layout of the moment with the pictures that can be shown: who is missing leaves no gap. Null where only the
 * replay's own video is to be seen.
 * @param usable whether a picture beside is in step with the video
 */
export function stageAt(
  view: ReplayView,
  ms: number,
  usable: (picture: PictureBeside) => boolean,
): ReplayStage | null {
  const scene = sceneAt(view, ms)
  if (!scene) return null
  const now = view.pictures.filter((one) => ms >= one.atMs && ms < one.untilMs && usable(one))
  const isShown = (personId: string, source: Tile['source']): boolean =>
    scene.shown.personId === personId && scene.shown.source === source
  const besideOf = (personId: string, source: Tile['source']): PictureBeside | null =>
    now.find((one) => one.personId === personId && one.source === source) ?? null
  const has = (personId: string, source: Tile['source']): boolean =>
    isShown(personId, source) || besideOf(personId, source) !== null
  const { rival: _, ...layout } = scene.layout // whose picture is in the other show's replay
  const seats = layout.seats.map((seat) => ({
    ...seat,
    camera: has(seat.personId, 'camera') ? seat.camera : null,
    screen: has(seat.personId, 'screen') ? seat.screen : null,
  }))
  const { kind, tiles } = arrange({ ...layout, seats })
  // A layout that leaves out the replay's own picture is of a moment in which that is about to change.
  if (tiles.length < 2 || !tiles.some(({ seat, source }) => isShown(seat.personId, source))) return null
  return {
    kind,
    tiles: tiles.map(({ seat, source, place }, index) => ({
      ...{ seat, source, place, index },
      beside: isShown(seat.personId, source) ? null : besideOf(seat.personId, source),
    })),
  }
}
