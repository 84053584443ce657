import type { Tile } from '@shelfcast/shared/layout.ts'

/** A replay's one timeline, laid over takes that overlap and have gaps between them. Pure. */

export type PictureSource = Tile['source']

export interface SegmentRow {
  readonly seq: number
  /** From the take's first picture. */
  readonly fromMs: number
  readonly durationMs: number
}

export interface TakeRow {
  readonly id: string
  readonly personId: string
  readonly source: PictureSource
  /** Milliseconds since 1970, server clock. */
  readonly startedAt: number
  readonly segments: readonly SegmentRow[]
}

/** What is heard with a segment. Every take has the sound of all hosts. */
export interface SoundOf {
  readonly takeId: string
  /** What its times are added to, to be those of the picture's take. */
  readonly shiftMs: number
  /** Numbers of its segments in which the sound is. */
  readonly seqs: readonly number[]
  /** Whether it begins and ends with the picture to the millisecond; else where the take's own segment does. */
  readonly fromPicture: boolean
  readonly untilPicture: boolean
}

/** A segment as a replay shows it. */
export interface ShownSegment extends SegmentRow {
  /** Its end is left out: another picture takes over. */
  readonly isCut: boolean
  /** Null: as it is in storage, with the sound of its own take. */
  readonly sound: SoundOf | null
}

/** A run of one take's segments. */
export interface Piece {
  readonly takeId: string
  readonly personId: string
  readonly source: PictureSource
  /** Where it begins in the replay. */
  readonly atMs: number
  /** When that was, on the server's clock. */
  readonly from: number
  readonly durationMs: number
  readonly segments: readonly ShownSegment[]
}

/** Which picture was the main one of the stage from a moment on; null where none was. */
export interface MainPicture {
  readonly at: number
  readonly of: { readonly personId: string; readonly source: PictureSource } | null
}

/** How far a segment may reach into what is shown already: takes are dated to a fraction of a second. */
const OVERLAP_MS = 500
/** A picture that would be seen for less is not begun. */
const GLANCE_MS = 100

interface Shown {
  readonly take: TakeRow
  readonly segment: SegmentRow
  readonly from: number
  readonly until: number
}

const shownOf = (take: TakeRow, segment: SegmentRow): Shown => {
  const from = take.startedAt + segment.fromMs
  return { take, segment, from, until: from + segment.durationMs }
}

/**
 * Shows whatever was the main picture, from its next key frame on; the one before is cut there. Where that one was not
 * sent, or nobody said which it was, the one that is shown stays, and then whichever was sent first. What nobody sent is
 * left out.
 * @param mains in the order of time
 */
export function timelineOf(takes: readonly TakeRow[], mains: readonly MainPicture[] = []): Piece[] {
  const all = [...takes]
    .sort((a, b) => a.startedAt - b.startedAt)
    .flatMap((take) => take.segments.map((segment) => shownOf(take, segment)))
    .sort((a, b) => a.from - b.from)
  const shown: Shown[] = []
  /** All before it have begun before what is shown. */
  let first = 0

  function show(one: Shown): void {
    const last = shown.pop()
    if (last) shown.push({ ...last, until: Math.min(last.until, Math.max(one.from, last.from)) })
    shown.push(one)
    while (first < all.length && all[first]!.from <= one.from) first++
  }

  for (;;) {
    const next = nextOf(all, first, shown.at(-1), mains)
    if (!next) return piecesOf(shown)
    show(next)
  }
}

/** What follows `last`; it may begin before that ends. */
function nextOf(
  all: readonly Shown[],
  first: number,
  last: Shown | undefined,
  mains: readonly MainPicture[],
): Shown | undefined {
  if (!last) {
    const main = all.find((one) => one.from < all[0]!.until && isMainAt(mains, one.from, one.take))
    return main && main.from - all[0]!.from < GLANCE_MS ? main : all[0]
  }
  let goesOn: Shown | undefined
  let covers: Shown | undefined
  for (let index = first; index < all.length; index++) {
    const one = all[index]!
    if (one.from > last.until + GLANCE_MS && (goesOn || covers || one.from > last.until + OVERLAP_MS)) break
    if (one.take === last.take) {
      if (Math.abs(one.from - last.until) <= OVERLAP_MS) goesOn ??= one
      continue
    }
    if (one.from - last.from < GLANCE_MS) continue
    const isMain = isMainAt(mains, one.from, one.take)
    if (isMain && one.from <= last.until + GLANCE_MS) return one
    // Of pictures that could take over where this one ends, the one that leaves the most of it.
    if (
      one.until > last.until &&
      (one.from <= last.until || (!covers && one.from <= last.until + OVERLAP_MS))
    )
      covers = one
  }
  return goesOn ?? covers ?? all.slice(first).find(({ from }) => from >= last.until - OVERLAP_MS)
}

function isMainAt(mains: readonly MainPicture[], at: number, take: TakeRow): boolean {
  const of = mains.findLast((one) => one.at <= at)?.of
  return of?.personId === take.personId && of.source === take.source
}

/** A flash of another picture is left out: nobody sees anything in it, and players stumble over it. */
const PIECE_MS_MIN = 1000

/** Segments that follow each other in one take are one piece. */
function piecesOf(shown: readonly Shown[]): Piece[] {
  const runs: Shown[][] = []
  for (const one of shown) {
    const last = runs.at(-1)?.at(-1)
    if (last?.take === one.take && last.segment.seq === one.segment.seq - 1) runs.at(-1)!.push(one)
    else runs.push([one])
  }
  const lengthOf = (run: readonly Shown[]): number => run.at(-1)!.until - run[0]!.from
  const kept = runs.filter((run) => lengthOf(run) >= PIECE_MS_MIN)
  const sounds = soundsOf(kept.flat())
  let atMs = 0
  return kept.map((run) => {
    const { take, from } = run[0]!
    const segments = run.map((one): ShownSegment => {
      const { seq, fromMs, durationMs } = one.segment
      const shownMs = one.until - one.from
      return {
        ...{ seq, fromMs, durationMs: shownMs, isCut: shownMs < durationMs },
        sound: sounds.get(one) ?? null,
      }
    })
    const { id: takeId, personId, source } = take
    const piece = { takeId, personId, source, atMs, from, durationMs: lengthOf(run), segments }
    atMs += piece.durationMs
    return piece
  })
}

/** How much of a segment's sound may be missing in another take. */
const MISSING_MS_MAX = 40
/** Sound stands in a segment a little before or after its picture. */
const AROUND_MS = 500

/**
 * Whoever is seen, the sound goes on from the take that was heard before, for as long as that lasts: takes are not dated
 * well enough for a change to go unheard. What is left out is left as it is in storage.
 */
function soundsOf(shown: readonly Shown[]): Map<Shown, SoundOf> {
  let heard: TakeRow | null = null
  const heardWith = shown.map((one) => {
    heard = heard && covers(heard, one) ? heard : one.take
    return heard
  })
  const sounds = new Map<Shown, SoundOf>()
  for (const [index, one] of shown.entries()) {
    const sound = heardWith[index]!
    const own = sound === one.take
    const goesOver = (other: number): boolean =>
      shown[other] !== undefined && shown[other].take !== one.take && heardWith[other] === sound
    const fromPicture = !own || goesOver(index - 1)
    const untilPicture = !own || goesOver(index + 1) || one.until - one.from < one.segment.durationMs
    if (!fromPicture && !untilPicture) continue
    const around = sound.segments
      .map((segment) => shownOf(sound, segment))
      .filter(({ from, until }) => until > one.from - AROUND_MS && from < one.until + AROUND_MS)
    sounds.set(one, {
      takeId: sound.id,
      shiftMs: sound.startedAt - one.take.startedAt,
      seqs: around.map(({ segment }) => segment.seq),
      fromPicture,
      untilPicture,
    })
  }
  return sounds
}

function covers({ startedAt, segments }: TakeRow, { from, until }: Shown): boolean {
  const last = segments.at(-1)!
  return (
    startedAt + segments[0]!.fromMs <= from + MISSING_MS_MAX &&
    startedAt + last.fromMs + last.durationMs >= until - MISSING_MS_MAX
  )
}

export const durationOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { durationMs }) => sum + durationMs, 0)

/** Where in the replay a moment of the server's clock is; what happened while nobody sent is where the next piece begins. */
export function replayMsOf(pieces: readonly Piece[], at: number): number {
  let ms = 0
  for (const piece of pieces) {
    if (at < piece.from) break
    ms = piece.atMs + Math.min(at - piece.from, piece.durationMs)
  }
  return Math.round(ms)
}

/** The times of the server's clock that a stretch of the replay shows, in order. */
export function wallRangesOf(
  pieces: readonly Piece[],
  fromMs: number,
  untilMs: number,
): { from: number; until: number }[] {
  return pieces.flatMap((piece, index) => {
    const start = Math.max(fromMs, piece.atMs)
    const end = Math.min(untilMs, piece.atMs + piece.durationMs)
    if (start >= end) return []
    // What happened in the gap before a piece belongs to its beginning.
    const former = pieces[index - 1]
    const gapFrom = former ? former.from + former.durationMs : piece.from
    return [
      {
        from: start === piece.atMs ? gapFrom : piece.from + (start - piece.atMs),
        until: piece.from + (end - piece.atMs),
      },
    ]
  })
}
