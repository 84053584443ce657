import type { ReplayView } from '@shelfcast/shared/api/replays.ts'
import { arrange, type Tile } from '@shelfcast/shared/layout.ts'
import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { takePlaylistUrl } from './objects.ts'
import type { PictureSource, Piece, TakeRow } from './timeline.ts'

/** How the stage looked in a replay, and which other pictures are seen beside the one that is in its playlist. Pure. */

export type Scene = ReplayView['scenes'][number]
export type PictureBeside = ReplayView['pictures'][number]

/** How the stage looked from a moment on, in the order of time. */
export interface ToldLayout {
  readonly at: number
  readonly layout: StageLayout
}

/** A picture beside that would be there for less is left out. */
const BESIDE_MS_MIN = 2000

/** A part of a piece in which the layout stays. */
interface Stretch {
  readonly piece: Piece
  readonly layout: StageLayout
  readonly from: number
  readonly until: number
}

/** Nothing where no moment has more than one picture: then the replay is its playlist. */
export function scenesOf(
  pieces: readonly Piece[],
  takes: readonly TakeRow[],
  layouts: readonly ToldLayout[],
): { scenes: Scene[]; pictures: PictureBeside[] } {
  const stretches = pieces.flatMap((piece) => stretchesOf(piece, layouts))
  const pictures = joined(stretches.flatMap((stretch) => besideIn(stretch, takes))).filter(
    ({ atMs, untilMs }) => untilMs - atMs >= BESIDE_MS_MIN,
  )
  if (pictures.length === 0) return { scenes: [], pictures }
  const scenes: Scene[] = []
  for (const { piece, layout, from } of stretches) {
    const { personId, source } = piece
    const scene = { atMs: atMsOf(piece, from), shown: { personId, source }, layout }
    const last = scenes.at(-1)
    if (!last || !isSame({ ...last, atMs: scene.atMs }, scene)) scenes.push(scene)
  }
  return { scenes, pictures }
}

const isSame = (one: Scene, other: Scene): boolean => JSON.stringify(one) === JSON.stringify(other)

const atMsOf = (piece: Piece, at: number): number => Math.round(piece.atMs + at - piece.from)

function stretchesOf(piece: Piece, layouts: readonly ToldLayout[]): Stretch[] {
  const { from } = piece
  const until = from + piece.durationMs
  const before = layouts.findLast(({ at }) => at <= from) ?? layouts[0]
  if (!before) return []
  const inside = layouts.filter(({ at }) => at > from && at < until)
  const all = [{ ...before, at: from }, ...inside]
  return all.flatMap(({ at, layout }, index) => {
    const end = all[index + 1]?.at ?? until
    return end > at ? [{ piece, layout, from: at, until: end }] : []
  })
}

/** A picture beside, with where its part lies on the server's clock. */
interface Beside extends PictureBeside {
  readonly takeId: string
  readonly until: number
  readonly from: number
}

function besideIn({ piece, layout, from, until }: Stretch, takes: readonly TakeRow[]): Beside[] {
  const { tiles } = arrange(layout)
  if (tiles.length < 2) return []
  const others = tiles.filter((tile) => !isOf(tile, piece))
  return others.flatMap((tile) =>
    takes
      .filter((take) => isOf(tile, take) && take.segments.length > 0)
      .flatMap((take): Beside[] => {
        const start = take.startedAt + take.segments[0]!.fromMs
        const last = take.segments.at(-1)!
        const begins = Math.max(from, start)
        const ends = Math.min(until, take.startedAt + last.fromMs + last.durationMs)
        if (ends <= begins) return []
        return [
          {
            ...{ takeId: take.id, from: begins, until: ends },
            ...{ personId: take.personId, source: take.source, playlistUrl: takePlaylistUrl(take.id) },
            ...{
              atMs: atMsOf(piece, begins),
              untilMs: atMsOf(piece, ends),
              fromMs: Math.round(begins - start),
            },
          },
        ]
      }),
  )
}

const isOf = (
  { seat, source }: Tile,
  of: { readonly personId: string; readonly source: PictureSource },
): boolean => seat.personId === of.personId && source === of.source

/** What goes on without a break is one. */
function joined(all: readonly Beside[]): PictureBeside[] {
  const runs: Beside[] = []
  for (const one of all) {
    const index = runs.findLastIndex(({ takeId }) => takeId === one.takeId)
    const run = runs[index]
    if (run && run.until === one.from && run.untilMs === one.atMs)
      runs[index] = { ...run, until: one.until, untilMs: one.untilMs }
    else runs.push(one)
  }
  return runs.map(({ takeId: _, from: __, until: ___, ...picture }) => picture)
}
