import { type ReadonlySignal, signal } from '@preact/signals'
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
  /** Whether there should be a picture. Turning it on again starts at once, whatever was being waited for. */
  want(wanted: boolean): void
  /** Starts over now: the host is back, the network is back, or somebody pressed the button. */
  restart(): void
  /** The element reports: frames run, or the browser refused to play. */
  report(what: 'playing' | 'blocked'): void
  close(): void
}

export interface VideoDeps {
  showId: string
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
export function createVideo(deps: VideoDeps): Video {
  const supported = typeof RTCPeerConnection === 'function'
  const status = signal<VideoStatus>(supported ? 'idle' : 'unsupported')
  const stream = signal<MediaStream | null>(null)
  let wanted = false
  let failures = 0
  let session: WhepSession | null = null
  let attempt: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const drop = () => {
    clearTimeout(timer)
    attempt?.abort()
    attempt = null
    session?.close()
    session = null
  }

  const later = (retryAfterMs: number | null) => {
    clearTimeout(timer)
    timer = setTimeout(start, retryWaitMs(failures, retryAfterMs))
  }

  const failed = (error: unknown) => {
    const code = error instanceof WhepRefused ? error.code : null
    if (code === 'ticket_invalid') deps.forgetTicket()
    failures += 1
    if (code === 'media_not_ready') status.value = 'waiting'
    else if (failures > QUIET_FAILURES) status.value = 'trouble'
    later(error instanceof WhepRefused ? error.retryAfterMs : null)
  }

  /** The session was good and is over: the host's tracks went, or a host added one. */
  const ended = () => {
    session = null
    if (!wanted) return
    status.value = 'connecting'
    later(0)
  }

  const start = async () => {
    drop()
    if (!wanted || !supported) return
    if (status.value !== 'waiting' && status.value !== 'trouble') status.value = 'connecting'
    const mine = new AbortController()
    attempt = mine
    // The last frame of the former session stays until this one brings its own.
    let chosen: MediaStream | null = null
    try {
      const ticket = await deps.getTicket()
      const opened = await openWhep({
        showId: deps.showId,
        ticket,
        iceServers: deps.iceServers(),
        signal: mine.signal,
        onStream: (next) => {
          if (!chosen || isScreen(next)) chosen = next
          stream.value = chosen
        },
        onEnd: ended,
      })
      if (mine.signal.aborted) opened.close()
      else session = opened
    } catch (error) {
      if (!mine.signal.aborted) failed(error)
    }
  }

  return {
    status,
    stream,
    want(next) {
      if (next === wanted) return
      wanted = next
      failures = 0
      if (next) {
        void start()
        return
      }
      drop()
      if (supported) status.value = 'idle'
    },
    restart() {
      failures = 0
      if (wanted) void start()
    },
    report(what) {
      if (!attempt || !wanted) return
      failures = 0
      status.value = what
    },
    close() {
      wanted = false
      drop()
    },
  }
}

/** With several hosts the first is shown; a shared screen goes before cameras. */
const isScreen = (stream: MediaStream) => stream.id.endsWith('.screen')
