import { type Filming, type FilmingDeps, type Fragment, startFilming } from '../encoding/index.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { startTicker } from '../kernel/ticker.ts'
import type { Stage } from '../stage/index.ts'
import type { Channel } from './channel.ts'

export interface FilmerDeps extends Omit<FilmingDeps, 'stage' | 'limits'> {
  stage: FilmingDeps['stage'] & Pick<Stage, 'main'>
  clock: Clock
  log: Log
  limits: FilmingDeps['limits'] & {
    /** How often it looks which picture is the main one. */
    readonly lookMs: number
    readonly againAfterMs: number
    readonly keyFrameMs: number
    readonly fragmentMs: number
    readonly partMsMax: number
  }
}

/** The date of a picture follows from the quickest of so many fragments: what held up the others was on the way. */
const DATING_FRAGMENTS = 20

/**
 * Films what who can show one picture sees, into a channel. Where that changes, the picture before goes on until the next
 * one has begun: nobody waits for an encoder. `close` resolves when no encoder is left.
 */
export function startFilmer(deps: FilmerDeps, channel: Channel): { close(): Promise<void> } {
  const { stage, log, limits } = deps
  const { showId } = channel
  const running = new Set<Filming>()
  let shown: Filming | null = null
  let coming: Filming | null = null
  let notBefore = 0

  async function look(): Promise<void> {
    const main = stage.main(showId)
    if (coming && coming.videoId !== main?.videoId) {
      coming.stop()
      coming = null
    }
    if (!main) {
      shown?.stop()
      return
    }
    await Promise.all([shown, coming].map((one) => one?.setAudio(main.audioIds)))
    const isFilmed = main.videoId === (coming ?? shown)?.videoId
    if (!isFilmed && performance.now() >= notBefore) await start(main)
  }

  // ffmpeg is behind at first, and what it heard meanwhile comes at once, in fragments longer than a part may be.
  const isBeginning = ({ key, durationMs }: Fragment): boolean =>
    key && durationMs > 0 && durationMs <= limits.partMsMax

  async function start(main: NonNullable<ReturnType<Stage['main']>>): Promise<void> {
    notBefore = performance.now() + limits.againAfterMs
    const date = createDating(deps.clock)
    let init: Buffer | null = null
    const filming = await startFilming(deps, { showId, ...main }, limits, {
      part(part) {
        if (part.kind === 'init') init = part.bytes
        else if (shown === filming ? part.durationMs > 0 : isBeginning(part) && takeOver(filming, init)) {
          channel.add({ ...part, atMs: date(part.fromMs, part.durationMs) })
        }
      },
      broken(error) {
        log.warn({ err: error, showId }, 'a picture for HLS could not be read')
        filming.stop()
      },
    })
    coming = filming
    running.add(filming)
    void filming.ended.then(({ byItself, code, said }) => {
      running.delete(filming)
      if (shown === filming) shown = null
      if (coming === filming) coming = null
      if (byItself) log.warn({ showId, code, said }, 'an encoder for HLS ended by itself')
      else notBefore = 0 // another picture: at once
    })
  }

  /** @returns whether it was its turn */
  function takeOver(filming: Filming, init: Buffer | null): boolean {
    if (coming !== filming || !init) return false
    coming = null
    shown?.stop()
    shown = filming
    notBefore = 0
    channel.begin(init)
    return true
  }

  const ticker = startTicker('hls', limits.lookMs, log, look)
  return {
    async close() {
      await ticker.close()
      const left = [...running]
      for (const one of left) one.stop()
      await Promise.all(left.map(({ ended }) => ended))
    },
  }
}

/** When a fragment's first picture was taken, as far as its arrival and those of the ones before it tell. */
function createDating(clock: Clock): (fromMs: number, durationMs: number) => number {
  const origins: number[] = []
  return (fromMs, durationMs) => {
    origins.push(clock.now() - durationMs - fromMs)
    if (origins.length > DATING_FRAGMENTS) origins.shift()
    return Math.min(...origins) + fromMs
  }
}
