import { afterEach, beforeEach, test, vi } from 'vitest'
import { MemoryRedis } from '../../test/memoryRedis.ts'
import { fuzzRooms } from '../../test/roomFuzz.ts'
import { limits } from '../../test/rooms.ts'

/**
 * Seeded random operations with a model, in memory and in made-up time. A failing seed is named by its test;
 * `npm run fuzz -- rooms` runs thousands. `fuzz-redis.test.ts` is the same over a real Redis.
 */

const SEEDS = Number(process.env.FUZZ_SEEDS ?? 200)
const FIRST_SEED = Number(process.env.FUZZ_FIRST ?? 1)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test.each(Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i))(
  'C1 to C5, C8, S2, S3, S6, B2, B3, B4, J8, N1 to N5: seed %i',
  (seed) =>
    fuzzRooms(seed, {
      redis: new MemoryRedis(),
      pass: (ms) => vi.advanceTimersByTimeAsync(ms),
      roundMs: limits.rooms.headPollMs,
      steps: 300,
      limits: { latestRepairMs: 8000 },
    }),
)
