import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Quality } from '@shelfcast/shared/quality.ts'
import { createSubstitute, type Substitute } from './substitute.ts'
import { openWhep, WhepRefused, type WhepSession } from './whep.ts'

/**
 * `idle` the show has no picture now · `connecting` a session is being made · `waiting` the host sends nothing yet ·
 * `playing` frames run · `blocked` the browser wants a tap before it plays · `trouble` it failed and is tried again ·
 * `unsupported` this browser has no WebRTC, and there is no substitute.
 */
export type VideoStatus =
  | 'idle'
  | 'connecting'
  | 'waiting'
  | 'playing'
  | 'blocked'
  | 'trouble'
  | 'unsupported'

export interface Video {
  readonly status: ReadonlySignal<VideoStatus>
  readonly stream: ReadonlySignal<MediaStream | null>
  /** All that came, by stream id: `<personId>.camera` and `<personId>.screen`. */
  readonly streams: ReadonlySignal<ReadonlyMap<string, MediaStream>>
  readonly session: ReadonlySignal<WhepSession | null>
  /** Whether there should be a picture. Turning it on again starts at once, whatever was being waited for. */
  want(wanted: boolean): void
  readonly quality: ReadonlySignal<Quality>
  /** Bounds the picture's quality, of this session and of those to come. */
  prefer(quality: Quality): void
  /** Starts over now: the host is back, or somebody pressed the button. */
  restart(): void
  /** A media worker is gone: a session on it is over, whatever the browser believes. */
  lost(worker: string): void
  /** The element reports: frames run, or the browser refused to play. */
  report(what: 'playing' | 'blocked'): void
  /** What plays where WebRTC does not get through; null where there is none. */
  readonly substitute: Substitute | null
  close(): void
}

export interface VideoDeps {
  showId: string
  seats?: 'all' | 'others' | undefined
  getTicket: () => Promise<string>
  forgetTicket: () => void
  iceServers: () => RTCIceServer[]
  /** Whether low-latency HLS may take the place of WebRTC. */
  substitute?: boolean
}

/** A last frame is not kept longer than this: then people are told what is the matter. */
export const HOLD_MS = 2000
const FIRST_WAIT_MS = 500
const WAIT_MS_MAX = 8000
const JITTER_MS = 300
/** After this many failures in a row people are told; before that it reads as connecting. */
const QUIET_FAILURES = 2

/** A connection that has not come about by then will not. */
const CONNECT_MS_MAX = 6000
/** While the substitute plays, WebRTC is tried again after this, and then less and less often. */
const RETURN_MS = { first: 30_000, max: 600_000 }

/** How long to wait before the next try. A server that says when to come back is believed. */
export function retryWaitMs(failures: number, retryAfterMs: number | null, random = Math.random): number {
  const base = retryAfterMs ?? Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1))
  return base + random() * JITTER_MS
}

/** Keeps a WHEP session while one is wanted, with backoff between tries. */
export const createVideo = (deps: VideoDeps): Video => new KeptVideo(deps)

class KeptVideo implements Video {
  readonly status: ReadonlySignal<VideoStatus>
  readonly substitute: Substitute | null
  readonly #own: Signal<VideoStatus>
  readonly stream = signal<MediaStream | null>(null)
  readonly streams = signal<ReadonlyMap<string, MediaStream>>(new Map())
  readonly session = signal<WhepSession | null>(null)
  readonly quality = signal<Quality>('auto')
  readonly #deps: VideoDeps
  readonly #supported = typeof RTCPeerConnection === 'function'
  #wanted = false
  #failures = 0
  #returns = 0
  #attempt: AbortController | null = null
  /** One that is over and whose last frame is still seen, in the hope of the next one's first. */
  #former: WhepSession | null = null
  readonly #isHeld = signal(false)
  #letting: ReturnType<typeof setTimeout> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #connecting: ReturnType<typeof setTimeout> | undefined

  constructor(deps: VideoDeps) {
    this.#deps = deps
    const own = signal<VideoStatus>(this.#supported ? 'idle' : 'unsupported')
    const substitute = deps.substitute ? createSubstitute(deps, (wanted) => this.#chosen(wanted)) : null
    this.#own = own
    this.substitute = substitute
    this.status = computed(() => {
      if (substitute?.on.value) return substitute.status.value
      return this.#isHeld.value ? 'playing' : own.value
    })
  }

  want(wanted: boolean): void {
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    this.#failures = 0
    this.#returns = 0
    if (wanted) {
      void this.#start()
      return
    }
    this.#drop()
    this.substitute?.stop()
    if (this.#supported) this.#own.value = 'idle'
  }

  prefer(quality: Quality): void {
    if (quality === this.quality.peek()) return
    this.quality.value = quality
    this.session.peek()?.prefer(quality)
  }

  restart(): void {
    this.#failures = 0
    this.#returns = 0
    if (this.#wanted) void this.#start()
  }

  /** By hand: the substitute and nothing else, or whatever gets through. */
  #chosen(substitute: boolean): void {
    if (!this.#wanted) return
    if (substitute) {
      this.#drop()
      this.substitute?.start()
    } else this.restart()
  }

  lost(worker: string): void {
    if (this.session.peek()?.worker === worker) this.#ended(false)
  }

  report(what: 'playing' | 'blocked'): void {
    if (!this.#attempt || !this.#wanted) return
    this.#failures = 0
    this.#own.value = what
    this.#letGo()
    if (what === 'blocked') return
    clearTimeout(this.#connecting)
    this.#returns = 0
    this.substitute?.stop()
  }

  close(): void {
    this.#wanted = false
    this.#drop()
    this.substitute?.stop()
  }

  async #start(): Promise<void> {
    this.#retire()
    if (!this.#wanted) return
    if (!this.#supported || this.substitute?.chosen.peek()) {
      this.substitute?.start()
      return
    }
    const status = this.#own.peek()
    if (status !== 'waiting' && status !== 'trouble') this.#own.value = 'connecting'
    const attempt = new AbortController()
    this.#attempt = attempt
    try {
      const session = await this.#open(attempt.signal)
      if (attempt.signal.aborted) session.close()
      else this.#take(session)
    } catch (error) {
      if (!attempt.signal.aborted) this.#failed(error)
    }
  }

  #take(session: WhepSession): void {
    this.session.value = session
    this.#connecting = setTimeout(() => this.#notConnected(session), CONNECT_MS_MAX)
    const quality = this.quality.peek()
    if (quality !== 'auto') session.prefer(quality)
  }

  async #open(abort: AbortSignal): Promise<WhepSession> {
    const ticket = await this.#deps.getTicket()
    let chosen: MediaStream | null = null
    const own = new Map<string, MediaStream>()
    const session = await openWhep({
      showId: this.#deps.showId,
      seats: this.#deps.seats,
      ticket,
      iceServers: this.#deps.iceServers(),
      signal: abort,
      onStream: (stream) => {
        if (!chosen?.active || isScreen(stream)) chosen = stream
        this.stream.value = chosen
        own.set(stream.id, stream)
        // Those of the former session stay until all of this one are known.
        this.streams.value = new Map([...this.streams.peek(), ...own])
      },
      onEnd: (unreachable) => this.#ended(unreachable),
    })
    if (!abort.aborted) this.streams.value = new Map(own)
    return session
  }

  #failed(error: unknown): void {
    const refusal = error instanceof WhepRefused ? error : null
    if (refusal?.code === 'ticket_invalid') this.#deps.forgetTicket()
    this.#failures += 1
    if (refusal?.code === 'media_not_ready') this.#own.value = 'waiting'
    else if (this.#failures > QUIET_FAILURES) this.#own.value = 'trouble'
    if (refusal?.code === 'stage_full') this.substitute?.start()
    this.#later(refusal?.retryAfterMs ?? null)
  }

  /** The session is over: the host's tracks went, or a host added one, or the network let nothing through. */
  #ended(unreachable: boolean): void {
    this.#retire()
    if (!this.#wanted) return
    this.#own.value = 'connecting'
    if (unreachable) this.substitute?.start()
    this.#later(0)
  }

  /** No packet has come through: this network lets WebRTC not pass, or not yet. */
  #notConnected(session: WhepSession): void {
    if (!this.substitute || session.connection.connectionState === 'connected') return
    this.#ended(true)
  }

  #later(retryAfterMs: number | null): void {
    clearTimeout(this.#timer)
    let waitMs = retryWaitMs(this.#failures, retryAfterMs)
    if (this.substitute?.on.peek()) {
      waitMs = retryWaitMs(0, Math.min(RETURN_MS.max, RETURN_MS.first * 2 ** this.#returns))
      this.#returns += 1
    }
    this.#timer = setTimeout(() => void this.#start(), waitMs)
  }

  /** What there is ends, at once. */
  #drop(): void {
    this.#retire()
    this.#letGo()
  }

  /** What there is ends; a picture that has run is seen a little longer. */
  #retire(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#connecting)
    this.#attempt?.abort()
    this.#attempt = null
    const session = this.session.peek()
    this.session.value = null
    if (!session) return
    if (this.#own.peek() !== 'playing') session.close()
    else {
      session.leave()
      this.#former = session
      this.#isHeld.value = true
      this.#letting = setTimeout(() => this.#letGo(), HOLD_MS)
    }
  }

  #letGo(): void {
    clearTimeout(this.#letting)
    this.#former?.close()
    this.#former = null
    this.#isHeld.value = false
  }
}

/** With several hosts the first is shown; a shared screen goes before cameras. */
const isScreen = (stream: MediaStream) => stream.id.endsWith('.screen')
