import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { ChapterView, PriceStepView, ReplayView } from '@shelfcast/shared/api/replays.ts'
import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import type { ComponentType } from 'preact'
import { call } from '../../kit/api.ts'
import type { Player } from '../player.ts'
import { LINES_MAX } from '../state.ts'
import { createReplayLines } from './lines.ts'
import { playFrom } from './source.ts'

/** A replay that is on the screen. */
export interface ReplaySession {
  /** What moves it, for the stage to draw where hands reach it. */
  readonly Bar: ComponentType
  /** The product of the moment, in the place of the live show's. */
  readonly Card: ComponentType
  readonly view: ReplayView
  readonly atMs: ReadonlySignal<number>
  readonly status: ReadonlySignal<'loading' | 'playing' | 'paused' | 'ended' | 'trouble'>
  /** What was pinned in this moment. */
  readonly chapter: ReadonlySignal<ChapterView | null>
  /** What it cost in this moment. */
  readonly price: ReadonlySignal<PriceStepView | null>
  readonly rate: Signal<number>
  /** Hears comments in their moments; not those that a jump went over. */
  onLines(listener: (lines: ChatLine[]) => void): () => void
  /** Takes the element to play in. @returns how to end */
  attach(video: HTMLVideoElement): () => void
  toggle(): void
  seek(ms: number): void
  retry(): void
}

/** What a chapter's product cost in a moment of it; before its first price is known, that one. */
const priceAt = ({ prices }: ChapterView, atMs: number): PriceStepView | null =>
  prices.findLast((step) => step.atMs <= atMs) ?? prices[0] ?? null

/** A step of the clock longer than this is a jump: what lies between was not seen. */
const JUMP_MS = 3000
/** After a jump the chat shows what was said so long before. */
const BEFORE_JUMP_MS = 60_000

export function createSession(
  player: Player,
  view: ReplayView,
  parts: Pick<ReplaySession, 'Bar' | 'Card'>,
): ReplaySession {
  const atMs = signal(0)
  const status = signal<'loading' | 'playing' | 'paused' | 'ended' | 'trouble'>('loading')
  const rate = signal(1)
  let video: HTMLVideoElement | null = null
  let source: Promise<{ close(): void }> | null = null
  let toldMs = -1
  const listeners = new Set<(lines: ChatLine[]) => void>()

  const lines = createReplayLines(view.durationMs, async (fromMs, untilMs) => {
    const params = { showId: player.showId }
    const query = { fromMs, untilMs }
    const { items } = await call('GET /shows/:showId/replay/lines', { params, query })
    return items.map((line) => ({ ...line, personId: '', at: line.atMs }))
  })

  function tell(): void {
    if (!video) return
    const now = Math.round(video.currentTime * 1000)
    atMs.value = now
    lines.at(now)
    const jumped = now < toldMs || now - toldMs > JUMP_MS * rate.peek()
    const fresh = lines.between(jumped ? now - BEFORE_JUMP_MS : toldMs, now)
    toldMs = now
    const known = jumped ? [] : player.state.lines.peek()
    if (jumped || fresh.length > 0) player.state.lines.value = [...known, ...fresh].slice(-LINES_MAX)
    if (!jumped && fresh.length > 0) for (const listener of listeners) listener(fresh)
  }

  function open(fromMs: number): void {
    const element = video
    if (!element) return
    status.value = 'loading'
    lines.at(fromMs)
    source = playFrom(element, { url: view.playlistUrl ?? '', fromMs }, () => {
      status.value = 'trouble'
    })
    source.then(
      () => element.play().catch(() => (status.value = 'paused')),
      () => (status.value = 'trouble'),
    )
  }

  const chapter = computed(
    () => view.chapters.find((one) => atMs.value >= one.atMs && atMs.value < one.untilMs) ?? null,
  )

  const close = (): void => {
    source?.then(
      (one) => one.close(),
      () => {}, // it never began
    )
    source = null
  }

  return {
    ...parts,
    view,
    atMs,
    status,
    rate,
    onLines(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    chapter,
    price: computed(() => chapter.value && priceAt(chapter.value, atMs.value)),

    attach(element) {
      video = element
      const listeners: Partial<Record<keyof HTMLMediaElementEventMap, () => void>> = {
        playing: () => (status.value = 'playing'),
        pause: () => (status.value = isNearEnd(element) ? 'ended' : 'paused'),
        waiting: () => (status.value = 'loading'),
        ended: () => (status.value = 'ended'),
        timeupdate: tell,
        seeking: tell,
      }
      for (const [event, listener] of Object.entries(listeners)) element.addEventListener(event, listener)
      const watch = setInterval(stumble(element), STUCK_CHECK_MS)
      open(0)
      return () => {
        clearInterval(watch)
        for (const [event, listener] of Object.entries(listeners))
          element.removeEventListener(event, listener)
        close()
        video = null
      }
    },

    toggle() {
      if (!video) return
      if (status.peek() === 'ended') video.currentTime = 0
      if (video.paused) video.play().catch(() => (status.value = 'paused'))
      else video.pause()
    },

    seek(ms) {
      if (!video) return
      video.currentTime = ms / 1000
      atMs.value = ms
    },

    retry() {
      close()
      open(atMs.peek())
    },
  }
}

const STUCK_CHECK_MS = 1000
const STUCK_CHECKS = 4
/** So near to the end, a replay that does not go on is over. */
const END_S = 3
/** How far a hole is stepped over. */
const STEP_S = 1

const isNearEnd = ({ duration, currentTime, ended }: HTMLVideoElement): boolean =>
  ended || duration - currentTime < END_S / 10

/**
 * Where one host's picture follows another's, picture and sound do not end in the same instant, and a browser may wait
 * for ever for the rest of the shorter one. Who stands still for seconds goes on behind the hole.
 */
function stumble(video: HTMLVideoElement): () => void {
  let before = -1
  let still = 0
  return () => {
    still = !video.paused && video.readyState > 0 && video.currentTime === before ? still + 1 : 0
    before = video.currentTime
    if (still < STUCK_CHECKS) return
    still = 0
    if (video.duration - video.currentTime < END_S) video.currentTime = video.duration
    else if (hasLater(video)) video.currentTime += STEP_S
  }
}

/** Whether something behind this moment is here already: otherwise it is the network that is waited for. */
function hasLater({ buffered, currentTime }: HTMLVideoElement): boolean {
  return buffered.length > 0 && buffered.end(buffered.length - 1) > currentTime + STEP_S
}
