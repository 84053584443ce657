import type { Redis } from './redis.ts'

/**
 * Whether to ask Redis at all: not while it is not connected, nor for `pauseMs` after it failed or answered too late.
 * Else each of a rush of requests would wait for its time-out.
 */
export function createPause(redis: Pick<Redis, 'status'>, pauseMs: number) {
  let untilMs = 0
  const reachable = (): boolean => redis.status === 'ready' && performance.now() >= untilMs
  return {
    reachable,
    /** For what has waited behind a call that may have failed meanwhile. @throws Error where Redis is not to be asked */
    assertReachable(): void {
      if (!reachable()) throw new Error('Redis is away')
    },
    lost(): void {
      untilMs = performance.now() + pauseMs
    },
  }
}
