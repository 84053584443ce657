import { Gauge } from 'prom-client'
import type { TicketClaims, Tickets } from '../accounts/index.ts'
import type { Chat } from '../chat/index.ts'
import type { Limits } from '../config.ts'
import type { Ask } from '../kernel/ask.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault, found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { startTicker } from '../kernel/ticker.ts'
import type { Stage } from '../stage/index.ts'
import { Channel } from './channel.ts'
import { startFilmer } from './filmer.ts'
import { startMirror, stepsOf, toWire } from './mirror.ts'
import { createPasses } from './passes.ts'

export interface HlsDeps {
  stage: Pick<Stage, 'main' | 'findHome' | 'isThere' | 'tapVideo' | 'tapAudio' | 'limits'>
  tickets: Pick<Tickets, 'verify'>
  chat: Pick<Chat, 'isBannedFrom'>
  ask: Ask
  /** Null: there is no encoder, and this way is closed. */
  ffmpeg: string | null
  key: Uint8Array
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['hls']
}

interface Running {
  readonly channel: Channel
  readonly source: { close(): Promise<void> }
  /** The node that films it. */
  readonly home: string
}

const SWEEP_MS = 1000
const full = (): Fault => new Fault('stage_full', { retryAfterMs: 10_000 })

export type Hls = ReturnType<typeof createHls>

/**
 * Live shows as low-latency HLS, for who gets no WebRTC through: a few seconds late, by plain HTTP, through any cache.
 * Each show is encoded once, on its home, and only while somebody asks for it.
 */
export function createHls(deps: HlsDeps) {
  const { stage, ask, ffmpeg, clock, log, limits } = deps
  const passes = createPasses({ key: deps.key, lifeMs: limits.passMs, clock })
  const channels = new Map<string, Promise<Running>>()
  /** Passes, with when each was last seen (`performance.now()`). */
  const viewers = new Map<string, number>()
  const ticker = startTicker('hls channels', SWEEP_MS, log, sweep)
  let closed = false
  new Gauge({
    name: 'shelfcast_hls_viewers',
    help: 'Viewers by low-latency HLS',
    registers: [deps.metrics],
    collect() {
      this.set(viewers.size)
    },
  })
  new Gauge({
    name: 'shelfcast_hls_channels',
    help: 'Shows that are there as low-latency HLS',
    registers: [deps.metrics],
    collect() {
      this.set(channels.size)
    },
  })

  ask.answer(stepsOf, async ({ showId, after }) => {
    if (!stage.main(showId)) throw new Fault('media_not_ready')
    const channel = await channelOf(showId)
    const { key, firstMsn } = channel
    const { next, steps } = await channel.stepsAfter(after, limits.stepsWaitMs)
    return { key, firstMsn, next, steps: steps.map(toWire) }
  })

  /** The show's channel on this node. Two who come together share one. */
  async function channelOf(showId: string): Promise<Channel> {
    let running = channels.get(showId)
    if (!running) {
      if (closed || channels.size >= limits.channelsMax) throw full()
      running = open(showId)
      channels.set(showId, running)
      running.catch(() => channels.get(showId) === running && channels.delete(showId))
    }
    const { channel, ...rest } = await running
    if (channel.closed && channels.get(showId) === running) {
      await drop(showId, { channel, ...rest })
      return channelOf(showId)
    }
    channel.touch()
    return channel
  }

  async function open(showId: string): Promise<Running> {
    const home = await stage.findHome(showId)
    if (home === null || !stage.isThere(home)) throw new Fault('media_not_ready', { retryAfterMs: 1000 })
    if (home !== ask.node) {
      const told = await ask.ask(home, stepsOf, { showId, after: 0 })
      const channel = new Channel({ showId, ...told }, limits)
      return { channel, home, source: startMirror({ ask, home, limits }, channel, told) }
    }
    if (!stage.main(showId)) throw new Fault('media_not_ready', { retryAfterMs: 1000 })
    // Segments last longer than a second: a later channel begins above all that an earlier one has told.
    const firstMsn = Math.floor(clock.now() / 1000)
    const channel = new Channel({ showId, firstMsn, key: passes.keyOf(showId, firstMsn) }, limits)
    return { channel, home, source: startFilmer({ ...deps, ffmpeg: found(ffmpeg) }, channel) }
  }

  async function drop(showId: string, { channel, source }: Running): Promise<void> {
    channels.delete(showId)
    channel.close()
    await source.close()
  }

  /** A show whose home is elsewhere by now. Nothing is known of one that has none, or while Redis is away. */
  async function hasMoved(showId: string, { home }: Running): Promise<boolean> {
    const now = await stage.findHome(showId).catch(() => null)
    return now !== null && now !== home
  }

  /** Ends what nobody asks for, and what is filmed elsewhere by now: who asks next gets that. */
  async function sweep(): Promise<void> {
    const now = performance.now()
    for (const [pass, seenAt] of viewers) if (seenAt < now - limits.seenMs) viewers.delete(pass)
    for (const [showId, opening] of channels) {
      const running = await opening.catch(() => null)
      if (!running) continue
      const { channel } = running
      const unused = channel.unusedSince < now - limits.idleMs
      if (channel.closed || unused || (await hasMoved(showId, running))) await drop(showId, running)
    }
  }

  function see(pass: string): void {
    if (!viewers.has(pass) && viewers.size >= limits.viewersMax) throw full()
    viewers.set(pass, performance.now())
  }

  async function assertWelcome(showId: string, personId: string): Promise<void> {
    if (await deps.chat.isBannedFrom(showId, personId)) throw new Fault('evicted')
  }

  return {
    /**
     * A viewer's way in, for as long as a show may last.
     * @throws Fault `ticket_invalid`, `evicted`, `not_found` where there is no encoder, `media_not_ready`, `stage_full`
     */
    async enter(showId: string, ticket: string): Promise<string> {
      const claims: TicketClaims = await deps.tickets.verify(ticket, 'media')
      if (claims.showId !== showId) throw new Fault('ticket_invalid')
      if (!ffmpeg) throw new Fault('not_found', { detail: 'this server has no encoder for HLS' })
      await assertWelcome(showId, claims.personId)
      if (viewers.size >= limits.viewersMax) throw full()
      await channelOf(showId)
      return passes.issue({ showId, personId: claims.personId })
    },

    /** As `Channel.playlist`. @throws Fault also `ticket_invalid`, `evicted`, `stage_full` */
    async playlist(showId: string, pass: string, msn: number | null, part: number | null): Promise<string> {
      const { personId } = await passes.open(showId, pass)
      await assertWelcome(showId, personId)
      see(pass)
      return (await channelOf(showId)).playlist(msn, part)
    },

    /** @throws Fault `not_found`, `unavailable` */
    async file(showId: string, key: string, name: string): Promise<Buffer> {
      if (!passes.isKeyOf(showId, key)) throw new Fault('not_found')
      const channel = await channelOf(showId)
      if (channel.key !== key) throw new Fault('not_found')
      return channel.file(name)
    },

    async close(): Promise<void> {
      closed = true
      await ticker.close()
      for (const [showId, opening] of channels) {
        const running = await opening.catch(() => null)
        if (running) await drop(showId, running)
      }
    },
  }
}
