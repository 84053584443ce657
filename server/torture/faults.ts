import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from './random.ts'
import type { Services } from './services.ts'

/** What is done to the shop while people buy. Each ends with everything up again, if not well. */
export const FAULTS: Record<string, (services: Services, random: Random) => Promise<void>> = {
  'kill a server': ({ servers }, random) => servers.killOne(random),
  'kill all servers': ({ servers }) => servers.killAll(),
  'kill Redis': (services) => services.killRedis(),
  'wipe Redis': (services) => services.wipeRedis(),
  'roll Redis back': (services) => services.rollBackRedis(),
  'kill Postgres': (services) => services.killPostgres(),

  async 'kill a server and wipe Redis'(services, random) {
    await Promise.all([services.wipeRedis(), services.servers.killOne(random)])
  },

  async 'kill all servers and wipe Redis'(services) {
    await Promise.all([services.wipeRedis(), services.servers.killAll()])
  },

  async 'kill a server and Postgres'(services, random) {
    await Promise.all([services.killPostgres(), services.servers.killOne(random)])
  },

  async 'cut the connections'({ network }, random) {
    const times = random.int(1, 4)
    for (let n = 0; n < times; n++) {
      network[random.pick(['postgres', 'redis'] as const)].cut()
      await wait(random.int(20, 200))
    }
  },

  async 'stall a network'({ network }, random) {
    const proxy = network[random.pick(['postgres', 'redis'] as const)]
    proxy.state.stalled = true
    await wait(random.int(300, 2500))
    proxy.state.stalled = false
    proxy.cut() // bytes were lost, so no connection can go on
  },

  async 'delay a network'({ network }, random) {
    const { state } = network[random.pick(['postgres', 'redis'] as const)]
    state.delayMs = random.int(20, 400)
    await wait(random.int(500, 2000))
    state.delayMs = 0
  },

  async 'lose the answers of the bank'({ bank }, random) {
    bank.loseAnswers(random.int(1, 12))
    await wait(random.int(300, 1500))
    bank.loseAnswers(0)
  },

  async 'the bank takes its time to give back'({ bank }, random) {
    bank.slowRefunds(true)
    await wait(random.int(500, 2000))
    bank.slowRefunds(false)
  },

  async 'the bank refuses to give back'({ bank }, random) {
    bank.refuseRefunds(random)
    await wait(random.int(500, 2000))
    bank.refuseRefunds(null)
  },

  async 'refuse connections'({ network }, random) {
    const proxy = network[random.pick(['postgres', 'redis'] as const)]
    proxy.state.refusing = true
    proxy.cut()
    await wait(random.int(200, 2000))
    proxy.state.refusing = false
  },
}
