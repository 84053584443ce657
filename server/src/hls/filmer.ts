import { type Filming, type FilmingDeps, type Fragment, startFilming } from '../encoding/index.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { startTicker } from '../kernel/ticker.ts'
import type { Stage } from '../stage/index.ts'
import type { Channel } from './channel.ts'

export interface FilmerDeps extends Omit<FilmingDeps, 'stage' | 'limits'> {
  stage: Pick<Stage, 'main' | 'tapVideo' | 'tapAudio'>
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

/** Films what who can show one picture sees, into a channel; `close` resolves when its encoder is gone. */
export function startFilmer(deps: FilmerDeps, channel: Channel): { close(): Promise<void> } {
  const { stage, log, limits } = deps
  const { showId } = channel
  let filming: Filming | null = null
  let notBefore = 0

  async function look(): Promise<void> {
    const main = stage.main(showId)
    if (filming) {
      if (main?.videoId !== filming.videoId) filming.stop()
      else await filming.setAudio(main.audioId)
    } else if (main && performance.now() >= notBefore) await start(main)
  }

  async function start(main: NonNullable<ReturnType<Stage['main']>>): Promise<void> {
    notBefore = performance.now() + limits.againAfterMs
    const date = createDating(deps.clock)
    let begun = false
    // ffmpeg is behind at first, and what it heard meanwhile comes at once, in fragments longer than a part may be.
    const isBeginning = ({ key, durationMs }: Fragment) =>
      key && durationMs > 0 && durationMs <= limits.partMsMax
    const started = await startFilming(deps, { showId, ...main }, limits, {
      part(part) {
        if (part.kind === 'init') channel.begin(part.bytes)
        else if (begun ? part.durationMs > 0 : isBeginning(part)) {
          begun = true
          channel.add({ ...part, atMs: date(part.fromMs, part.durationMs) })
        }
      },
      broken(error) {
        log.warn({ err: error, showId }, 'a picture for HLS could not be read')
        started.stop()
      },
    })
    filming = started
    void started.ended.then(({ byItself, code, said }) => {
      filming = null
      if (byItself) log.warn({ showId, code, said }, 'an encoder for HLS ended by itself')
      else notBefore = 0 // another picture: at once
    })
  }

  const ticker = startTicker('hls', limits.lookMs, log, look)
  return {
    async close() {
      await ticker.close()
      filming?.stop()
      await filming?.ended
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
