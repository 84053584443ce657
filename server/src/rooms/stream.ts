import type { StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { LoggedEvent } from './log.ts'

interface Entry {
  offset: number
  json: string
  at: number
}

export interface StreamDeps {
  /** Called for each event once, in order of offset, without gaps. */
  deliver(json: string, event: StateEvent): void
  /** Called when events are gone for good: whoever follows must begin anew at the head. */
  broken(): void
  /** Reads (after, upTo] of an epoch from the durable log. */
  read(epoch: number, after: number, upTo: number): Promise<LoggedEvent[]>
  clock: Clock
  log: Log
  limits: Pick<Limits['rooms'], 'logEventsMax' | 'logMsMax' | 'logBytesMax' | 'stateGapMs'>
}

/**
 * A room's numbered stream in this process. Events are delivered in order of offset, each once: those of concurrent
 * commits can be published in any order, so one that comes early is held back until the gap before it is filled, or,
 * after `stateGapMs`, read from the log. The last events are kept for those who resume.
 */
export class StateStream {
  readonly #deps: StreamDeps
  readonly #held = new Map<number, StateEvent>()
  #head: Position
  #entries: Entry[] = []
  #bytes = 0
  #gapTimer: NodeJS.Timeout | null = null
  #filling: Promise<void> | null = null
  /** The newest offset that is known to exist. */
  #noticed = 0
  #closed = false

  /** `tail` is what the log holds up to `head`; only the part that reaches the head without a gap is kept. */
  constructor(head: Position, tail: readonly LoggedEvent[], deps: StreamDeps) {
    this.#head = head
    this.#deps = deps
    for (const { event, at } of unbrokenTail(head, tail)) this.#keep(event, JSON.stringify(event), at)
    this.#trim()
  }

  get head(): Position {
    return this.#head
  }

  /** Takes an event in any order; one that was taken before is ignored. */
  accept(event: StateEvent): void {
    const [epoch, offset] = event.pos
    if (this.#closed || epoch < this.#head[0]) return
    if (epoch > this.#head[0]) this.#restart(event.pos)
    if (offset <= this.#head[1]) return
    this.#held.set(offset, event)
    this.#drain()
    if (this.#held.size > this.#deps.limits.logEventsMax) this.#restart([epoch, this.#newest()])
    else if (this.#held.size > 0) this.#armGapTimer()
  }

  /** Learns from the log how far the stream has come; what nobody published here is read after `stateGapMs`. */
  notice(pos: Position): void {
    if (this.#closed || pos[0] < this.#head[0]) return
    if (pos[0] > this.#head[0]) this.#restart(pos)
    if (pos[1] <= this.#head[1]) return
    this.#noticed = Math.max(this.#noticed, pos[1])
    this.#armGapTimer()
  }

  /** Reads at once up to where the log says that the stream has come; fails quietly where the log cannot be read. */
  async catchUp(pos: Position): Promise<void> {
    this.notice(pos)
    if (this.#filling) await this.#filling // it may have begun before
    if (!this.#closed && this.#newest() > this.#head[1]) await this.#fillGap()
  }

  /**
   * The encoded events after `pos`: all of them, or null when not all are kept any more. Never a part.
   */
  since(pos: Position): readonly string[] | null {
    const [epoch, offset] = pos
    const missed = this.#head[1] - offset
    if (epoch !== this.#head[0] || missed < 0) return null
    if (missed === 0) return []
    this.#trim()
    if (missed > this.#entries.length) return null
    return this.#entries.slice(-missed).map((entry) => entry.json)
  }

  close(): void {
    this.#closed = true
    if (this.#gapTimer) clearTimeout(this.#gapTimer)
  }

  #drain(): void {
    for (let next = this.#held.get(this.#head[1] + 1); next; next = this.#held.get(this.#head[1] + 1)) {
      const json = JSON.stringify(next)
      this.#held.delete(next.pos[1])
      this.#head = next.pos
      this.#keep(next, json, this.#deps.clock.now())
      this.#deps.deliver(json, next)
    }
    this.#trim()
  }

  #armGapTimer(): void {
    this.#gapTimer ??= setTimeout(() => {
      void this.#fillGap().finally(() => {
        this.#gapTimer = null
        if (this.#newest() > this.#head[1] && !this.#closed) this.#armGapTimer()
      })
    }, this.#deps.limits.stateGapMs)
  }

  /** Reads what is missing. While the log cannot be read, state is held back; what the log lacks is lost. */
  #fillGap(): Promise<void> {
    this.#filling ??= this.#readGap().finally(() => {
      this.#filling = null
    })
    return this.#filling
  }

  async #readGap(): Promise<void> {
    const [epoch, after] = this.#head
    const upTo = this.#newest()
    if (upTo <= after) return // filled while we waited
    let missing: LoggedEvent[]
    try {
      missing = await this.#deps.read(epoch, after, upTo)
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'room log cannot be read, state is held back')
      return
    }
    if (this.#closed || epoch !== this.#head[0]) return
    for (const { event } of missing) if (event.pos[1] > this.#head[1]) this.#held.set(event.pos[1], event)
    this.#drain()
    if (this.#head[1] < upTo) this.#restart([epoch, upTo])
  }

  #newest(): number {
    return Math.max(this.#noticed, ...this.#held.keys())
  }

  /** Begins anew at `pos`: what lies before it cannot be delivered any more. */
  #restart(pos: Position): void {
    this.#deps.log.warn({ from: this.#head, to: pos }, 'room stream restarted')
    this.#head = pos
    this.#entries = []
    this.#bytes = 0
    this.#held.clear()
    this.#noticed = 0
    this.#deps.broken()
  }

  #keep(event: StateEvent, json: string, at: number): void {
    this.#entries.push({ offset: event.pos[1], json, at })
    this.#bytes += json.length
  }

  #trim(): void {
    const { logEventsMax, logMsMax, logBytesMax } = this.#deps.limits
    const oldest = this.#deps.clock.now() - logMsMax
    let drop = 0
    for (const entry of this.#entries) {
      const tooMany = this.#entries.length - drop > logEventsMax || this.#bytes > logBytesMax
      if (!tooMany && entry.at >= oldest) break
      this.#bytes -= entry.json.length
      drop++
    }
    if (drop > 0) this.#entries.splice(0, drop)
  }
}

/** The end of `tail` that leads to `head` with every offset present. */
function unbrokenTail(head: Position, tail: readonly LoggedEvent[]): readonly LoggedEvent[] {
  let from = tail.length
  let expected = head[1]
  while (from > 0 && tail[from - 1]!.event.pos[1] === expected) {
    from--
    expected--
  }
  return tail.slice(from)
}
