import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { beforeAll, test } from 'vitest'
import type { RedisNode } from '../../test/memoryRedis.ts'
import { ownRedis } from '../../test/ownRedis.ts'
import { fuzzRooms } from '../../test/roomFuzz.ts'
import { silentLog } from '../../test/world.ts'
import { createBus } from '../kernel/bus.ts'
import { createFanOut, createRedis } from '../kernel/redis.ts'
import { createPresence } from './presence.ts'

/**
 * The random operations of `fuzz.test.ts` over a real Redis, which is killed and started again meanwhile; time is
 * real too. `npm run fuzz -- rooms-redis` runs more seeds.
 */

const SEEDS = Number(process.env.FUZZ_SEEDS ?? 1)
const FIRST_SEED = Number(process.env.FUZZ_FIRST ?? 1)
const ROUND_MS = 250
const DOWN_MS = 100

let server: Awaited<ReturnType<typeof ownRedis>>
beforeAll(async () => {
  server = await ownRedis()
})

const busLimits = {
  echoMs: 25,
  stalledMs: 150,
  subscribeMsMax: 100,
  messageBytesMax: 512 * 1024,
  unansweredMax: 2000,
}

/** The network to a real Redis is not stalled here: that is what the memory has for it. */
function node(): RedisNode {
  const shared = createRedis(server.url, silentLog)
  const fanOut = createFanOut([], shared, silentLog)
  const bus = createBus({ ...fanOut, log: silentLog, metrics: new Registry(), limits: busLimits })
  return {
    bus,
    presence: createPresence({ redis: fanOut.redis, node: bus.node, lifeMs: 4 * ROUND_MS }),
    stall: () => {},
    noticeStall: () => {},
    resume: () => {},
    kill() {
      bus.close()
      fanOut.redis.disconnect()
      shared.disconnect()
    },
  }
}

function restart(): void {
  server.kill()
  setTimeout(() => server.start(), DOWN_MS)
}

test.each(Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i))(
  'C1 to C5, C8, S2, S3, B2, B3, B4, J8, N1 to N5: over a real Redis, seed %i',
  (seed) =>
    fuzzRooms(seed, {
      redis: { node, restart },
      pass: (ms) => sleep(ms),
      roundMs: ROUND_MS,
      steps: 150,
      limits: {
        flushMsMin: 10,
        flushMsMax: 20,
        slowPollMs: 20,
        stateGapMs: 30,
        behindMsMax: 1500,
        headPollMs: ROUND_MS / 2,
        headPollAloneMs: ROUND_MS / 4,
        viewersBeatMs: ROUND_MS / 4,
        presenceMs: 4 * ROUND_MS,
        latestRepairMs: 4 * ROUND_MS,
        snapshotMs: ROUND_MS,
      },
    }),
  60_000,
)
