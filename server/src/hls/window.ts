/**
 * The sliding window of a low-latency HLS stream (draft-pantos-hls-rfc8216bis): segments of parts, and the playlist
 * that tells of them. It knows bytes and times, and neither network nor clock.
 */

export interface WindowLimits {
  /** A segment that has lasted so long ends before the next key frame. */
  readonly segmentMsMin: number
  /** A segment ends after so long in any case: the target duration. */
  readonly segmentMsMax: number
  /** The longest part, as the playlist promises. */
  readonly partMsMax: number
  /** Whole segments in the playlist; as many more are kept for who is late. */
  readonly segmentsMax: number
}

/** A fragment as it comes from the encoder. */
export interface PartIn {
  readonly bytes: Buffer
  readonly durationMs: number
  /** Whether a decoder can begin here. */
  readonly key: boolean
  /** When its first picture was taken, in milliseconds since 1970. */
  readonly atMs: number
}

interface Part {
  readonly bytes: Buffer
  readonly durationMs: number
  readonly key: boolean
}

/** What is true of a segment from its first part on. */
interface SegmentHead {
  readonly msn: number
  /** Number of what initialises a decoder for it. */
  readonly init: number
  /** Does not follow in time or form from the one before. */
  readonly breaks: boolean
  /** Breaks so far, its own included. */
  readonly breaksUntil: number
  readonly atMs: number
}

interface Segment extends SegmentHead {
  readonly parts: Part[]
  durationMs: number
}

/** A part in its place. Another window that gets all of them, or all from some segment on, tells the same. */
export interface PlacedPart extends Part, SegmentHead {
  readonly index: number
}

/** What is asked for: `here` it is, `soon` it may come, `never` it is too old or too far ahead. */
export type Presence = 'here' | 'soon' | 'never'

/** Segments whose parts are still listed: three target durations (section 4.4.4.9). */
const LISTED_WITH_PARTS = 3
/** How far ahead a playlist may be asked for (section 6.2.5.2). */
const AHEAD_MAX = 2

export class LiveWindow {
  readonly #limits: WindowLimits
  readonly #inits = new Map<number, Buffer>()
  /** Those that are told and those that are only kept, oldest first; the last may still grow. */
  readonly #segments: Segment[] = []
  #nextMsn: number
  #init = 0
  #breaks: number
  #text: string | null = null

  /** @param firstMsn the number of the first segment: higher than any that an earlier window of this show told */
  constructor(firstMsn: number, limits: WindowLimits) {
    this.#nextMsn = firstMsn
    this.#breaks = firstBreak(firstMsn)
    this.#limits = limits
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0
  }

  /** What follows is another encoding. @returns its number */
  begin(bytes: Buffer): number {
    this.#init += 1
    this.putInit(this.#init, bytes)
    return this.#init
  }

  /** Puts the next part where it belongs. @returns its place */
  add({ atMs, ...part }: PartIn): PlacedPart {
    const { segmentMsMin, segmentMsMax } = this.#limits
    const last = this.#segments.at(-1)
    const goesOn =
      last?.init === this.#init &&
      !(part.key && last.durationMs >= segmentMsMin) &&
      last.durationMs + part.durationMs <= segmentMsMax
    const place = goesOn ? { ...headOf(last), index: last.parts.length } : this.#newSegment(atMs, last)
    const placed = { ...place, ...part }
    this.put(placed)
    return placed
  }

  putInit(init: number, bytes: Buffer): void {
    this.#inits.set(init, bytes)
  }

  /** What initialises a decoder for the segments that are there. */
  get inits(): ReadonlyMap<number, Buffer> {
    return this.#inits
  }

  /** Takes a part that another window has placed. Where some were missed it begins anew, with the next whole segment. */
  put({ index, bytes, durationMs, key, ...head }: PlacedPart): void {
    const last = this.#segments.at(-1)
    const follows =
      index === 0 ? last?.msn === head.msn - 1 : last?.msn === head.msn && last.parts.length === index
    if (!follows) this.#segments.length = 0
    if (index === 0) {
      this.#segments.push({ ...head, parts: [], durationMs: 0 })
      this.#nextMsn = head.msn + 1
      this.#forgetOld()
    }
    const segment = this.#segments.at(-1)
    if (!segment) return
    segment.parts.push({ bytes, durationMs, key })
    segment.durationMs += durationMs
    this.#text = null
  }

  /**
   * Whether the playlist tells of a segment, or of one of its parts (section 6.2.5.2). A part beyond the last of a whole
   * segment is the first of the next.
   */
  has(msn: number, part: number | null): Presence {
    const last = this.#segments.at(-1)
    const isWhole = (one: Segment) => one !== last
    if (msn > (last?.msn ?? this.#nextMsn - 1) + AHEAD_MAX) return 'never'
    if (!last || msn > last.msn) return 'soon'
    const segment = this.#segments.find((one) => one.msn === msn)
    if (!segment || isWhole(segment)) {
      return segment && part !== null && part >= segment.parts.length ? this.has(msn + 1, 0) : 'here'
    }
    return part !== null && part < segment.parts.length ? 'here' : 'soon'
  }

  /** The bytes of a file that the playlist names; `soon` for the part that it hints at. */
  file(name: string): Buffer | Exclude<Presence, 'here'> {
    const [, init] = /^init-(\d{1,9})\.mp4$/.exec(name) ?? []
    if (init !== undefined) return this.#inits.get(Number(init)) ?? 'never'
    const [, msn, part] = /^seg-(\d{1,15})(?:-(\d{1,4}))?\.m4s$/.exec(name) ?? []
    const segment = this.#segments.find((one) => one.msn === Number(msn))
    const last = this.#segments.at(-1)
    const isHinted = part === undefined ? false : this.#isHinted(Number(msn), Number(part))
    if (part !== undefined) return segment?.parts[Number(part)]?.bytes ?? (isHinted ? 'soon' : 'never')
    return segment && segment !== last ? Buffer.concat(segment.parts.map(({ bytes }) => bytes)) : 'never'
  }

  /** The playlist as of now; its files are named relative to `folder`. */
  playlist(folder: string): string {
    this.#text ??= this.#write(folder)
    return this.#text
  }

  #newSegment(atMs: number, last: Segment | undefined): SegmentHead & { index: number } {
    const breaks = last !== undefined && last.init !== this.#init
    if (breaks) this.#breaks += 1
    return { msn: this.#nextMsn, init: this.#init, breaks, breaksUntil: this.#breaks, atMs, index: 0 }
  }

  #isHinted(msn: number, part: number): boolean {
    const last = this.#segments.at(-1)
    if (!last) return msn === this.#nextMsn && part === 0
    return (msn === last.msn && part === last.parts.length) || (msn === last.msn + 1 && part === 0)
  }

  #write(folder: string): string {
    const { segmentMsMax, partMsMax } = this.#limits
    const told = this.#told()
    const parts = told.slice(-LISTED_WITH_PARTS - 1)
    const [first] = told
    const last = told.at(-1)
    const breaksGone = first ? first.breaksUntil - Number(first.breaks) : this.#breaks
    const hinted = last ? `seg-${last.msn}-${last.parts.length}.m4s` : `seg-${this.#nextMsn}-0.m4s`
    return [
      '#EXTM3U',
      '#EXT-X-VERSION:9',
      `#EXT-X-TARGETDURATION:${Math.ceil(segmentMsMax / 1000)}`,
      `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${seconds(partMsMax * 3)}`,
      `#EXT-X-PART-INF:PART-TARGET=${seconds(partMsMax)}`,
      `#EXT-X-MEDIA-SEQUENCE:${first?.msn ?? this.#nextMsn}`,
      `#EXT-X-DISCONTINUITY-SEQUENCE:${breaksGone}`,
      ...told.flatMap((segment) => [
        ...(segment.breaks ? ['#EXT-X-DISCONTINUITY'] : []),
        ...(segment === first || segment.breaks
          ? [`#EXT-X-MAP:URI="${folder}init-${segment.init}.mp4"`]
          : []),
        `#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.atMs).toISOString()}`,
        ...(parts.includes(segment)
          ? segment.parts.map((part, n) => partLine(folder, segment, part, n))
          : []),
        ...(segment === last
          ? []
          : [`#EXTINF:${seconds(segment.durationMs)},`, `${folder}seg-${segment.msn}.m4s`]),
      ]),
      `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${folder}${hinted}"`,
      '',
    ].join('\n')
  }

  /** The whole segments that are told of, and the one that grows. */
  #told(): Segment[] {
    return this.#segments.slice(-this.#limits.segmentsMax - 1)
  }

  #forgetOld(): void {
    const { segmentsMax } = this.#limits
    while (this.#segments.length > 2 * segmentsMax + 1) this.#segments.shift()
    for (const init of this.#inits.keys()) if (init < this.#segments[0]!.init) this.#inits.delete(init)
  }
}

/**
 * Breaks before a window's first segment: more than an earlier window of the show has told, so that a player sees a break
 * where this one takes its place. It follows from the first number, which is a time in seconds, in steps of three seconds
 * (a home that dies is believed for longer) over a day: hls.js walks from zero to it with each playlist.
 */
const firstBreak = (firstMsn: number): number => Math.floor(firstMsn / 3) % (24 * 1200)

const headOf = ({ msn, init, breaks, breaksUntil, atMs }: Segment): SegmentHead => ({
  ...{ msn, init, breaks, breaksUntil, atMs },
})

function partLine(folder: string, { msn }: Segment, { durationMs, key }: Part, n: number): string {
  const uri = `${folder}seg-${msn}-${n}.m4s`
  return `#EXT-X-PART:DURATION=${seconds(durationMs)},URI="${uri}"${key ? ',INDEPENDENT=YES' : ''}`
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3)
