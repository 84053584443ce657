import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Quality } from '@shelfcast/shared/quality.ts'
import { openWhep, WhepRefused, type WhepSession } from './whep.ts'

/**
 * `idle` the show has no picture now · `connecting` a session is being made · `waiting` the host sends nothing yet ·
 * `playing` frames run · `blocked` the browser wants a tap before it plays · `trouble` it failed and is tried again ·
 * `unsupported` this browser has no WebRTC.
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
  /** Starts over now: the host is back, the network is back, or somebody pressed the button. */
  restart(): void
  /** A media worker is gone: a session on it is over, whatever the browser believes. */
  lost(worker: string): void
  /** The element reports: frames run, or the browser refused to play. */
  report(what: 'playing' | 'blocked'): void
  close(): void
}

export interface VideoDeps {
  showId: string
  seats?: 'all' | 'others' | undefined
  getTicket: () => Promise<string>
  forgetTicket: () => void
  iceServers: () => RTCIceServer[]
}

const FIRST_WAIT_MS = 500
const WAIT_MS_MAX = 8000
const JITTER_MS = 300
/** After this many failures in a row people are told; before that it reads as connecting. */
const QUIET_FAILURES = 2

/** How long to wait before the next try. A server that says when to come back is believed. */
export function retryWaitMs(failures: number, retryAfterMs: number | null, random = Math.random): number {
  const base = retryAfterMs ?? Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1))
  return base + random() * JITTER_MS
}

/** Keeps a WHEP session while one is wanted, with backoff between tries. */
export const createVideo = (deps: VideoDeps): Video => new KeptVideo(deps)

class KeptVideo implements Video {
  readonly status: Signal<VideoStatus>
  readonly stream = signal<MediaStream | null>(null)
  readonly streams = signal<ReadonlyMap<string, MediaStream>>(new Map())
  readonly session = signal<WhepSession | null>(null)
  readonly quality = signal<Quality>('auto')
  readonly #deps: VideoDeps
  readonly #supported = typeof RTCPeerConnection === 'function'
  #wanted = false
  #failures = 0
  #attempt: AbortController | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(deps: VideoDeps) {
    this.#deps = deps
    this.status = signal<VideoStatus>(this.#supported ? 'idle' : 'unsupported')
  }

  want(wanted: boolean): void {
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    this.#failures = 0
    if (wanted) {
      void this.#start()
      return
    }
    this.#drop()
    if (this.#supported) this.status.value = 'idle'
  }

  prefer(quality: Quality): void {
    if (quality === this.quality.peek()) return
    this.quality.value = quality
    this.session.peek()?.prefer(quality)
  }

  restart(): void {
    this.#failures = 0
    if (this.#wanted) void this.#start()
  }

  lost(worker: string): void {
    const session = this.session.peek()
    if (session?.worker !== worker) return
    session.close()
    this.#ended()
  }

  report(what: 'playing' | 'blocked'): void {
    if (!this.#attempt || !this.#wanted) return
    this.#failures = 0
    this.status.value = what
  }

  close(): void {
    this.#wanted = false
    this.#drop()
  }

  async #start(): Promise<void> {
    this.#drop()
    if (!this.#wanted || !this.#supported) return
    const status = this.status.peek()
    if (status !== 'waiting' && status !== 'trouble') this.status.value = 'connecting'
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
    const quality = this.quality.peek()
    if (quality !== 'auto') session.prefer(quality)
  }

  async #open(abort: AbortSignal): Promise<WhepSession> {
    const ticket = await this.#deps.getTicket()
    let chosen: MediaStream | null = null
    this.streams.value = new Map()
    return openWhep({
      showId: this.#deps.showId,
      seats: this.#deps.seats,
      ticket,
      iceServers: this.#deps.iceServers(),
      signal: abort,
      onStream: (stream) => {
        if (!chosen?.active || isScreen(stream)) chosen = stream
        this.stream.value = chosen
        this.streams.value = new Map(this.streams.peek()).set(stream.id, stream)
      },
      onEnd: () => this.#ended(),
    })
  }

  #failed(error: unknown): void {
    const refusal = error instanceof WhepRefused ? error : null
    if (refusal?.code === 'ticket_invalid') this.#deps.forgetTicket()
    this.#failures += 1
    if (refusal?.code === 'media_not_ready') this.status.value = 'waiting'
    else if (this.#failures > QUIET_FAILURES) this.status.value = 'trouble'
    this.#later(refusal?.retryAfterMs ?? null)
  }

  /** The session was good and is over: the host's tracks went, or a host added one. */
  #ended(): void {
    this.session.value = null
    if (!this.#wanted) return
    this.status.value = 'connecting'
    this.#later(0)
  }

  #later(retryAfterMs: number | null): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#start(), retryWaitMs(this.#failures, retryAfterMs))
  }

  #drop(): void {
    clearTimeout(this.#timer)
    this.#attempt?.abort()
    this.#attempt = null
    this.session.peek()?.close()
    this.session.value = null
  }
}

/** With several hosts the first is shown; a shared screen goes before cameras. */
const isScreen = (stream: MediaStream) => stream.id.endsWith('.screen')
