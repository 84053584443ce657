import type { Bus } from '../src/kernel/bus.ts'
import type { Presence } from '../src/rooms/index.ts'

/** One process's end of Redis, with what may happen to it. */
export interface RedisNode {
  readonly bus: Bus
  readonly presence: Presence
  /** Nothing gets through; the node has not noticed yet. */
  stall(): void
  noticeStall(): void
  /** What waited arrives late, or was lost with the connection. */
  resume(how: 'late' | 'lost'): void
  /** As kill -9 does: it neither says nor hears anything more. */
  kill(): void
}

/** The nodes of one deployment and the Redis between them, in memory, with its faults: stalls, restarts, dead nodes. */
export class MemoryRedis {
  readonly #nodes = new Set<MemoryNode>()
  #count = 0
  #counts = new Map<string, Map<string, { count: number; expiresAt: number }>>()

  node(): MemoryNode {
    const node = new MemoryNode(this, `node${++this.#count}`)
    this.#nodes.add(node)
    return node
  }

  /** It forgets what it held, and each node misses what was on its way. */
  restart(): void {
    this.#counts = new Map()
    for (const node of this.#nodes) node.missed()
  }

  /** @returns how many others hear the channel */
  deliver(from: MemoryNode, channel: string, message: string): number {
    let others = 0
    for (const node of this.#nodes) {
      if (node === from || !node.hears(channel)) continue
      node.hear(channel, message)
      others++
    }
    return others
  }

  tell(name: string, showId: string, count: number): number {
    const counts = this.#counts.get(showId) ?? new Map()
    this.#counts.set(showId, counts)
    if (count > 0) counts.set(name, { count, expiresAt: Date.now() + PRESENCE_MS })
    else counts.delete(name)
    let others = 0
    for (const [other, one] of counts) if (other !== name && one.expiresAt > Date.now()) others += one.count
    return others
  }

  forget(node: MemoryNode): void {
    this.#nodes.delete(node)
  }
}

const PRESENCE_MS = 3500
const TRAVEL_MS = 1
const MESSAGE_BYTES_MAX = 64 * 1024

class MemoryNode implements RedisNode {
  readonly bus: Bus
  readonly presence: Presence
  readonly #redis: MemoryRedis
  readonly #channels = new Map<string, (message: string) => void>()
  readonly #listeners: (() => void)[] = []
  /** What waits in the network while it stalls. */
  readonly #waiting: (() => void)[] = []
  #stalled = false
  #noticed = false
  #dead = false

  constructor(redis: MemoryRedis, name: string) {
    this.#redis = redis
    const self = this
    this.bus = {
      node: name,
      messageBytesMax: MESSAGE_BYTES_MAX,
      get isWhole() {
        return !self.#noticed && !self.#dead
      },
      publish: async (channel, message) => {
        if (this.#noticed || this.#dead || message.length > MESSAGE_BYTES_MAX) return null
        let others: number | null = null
        this.#through(() => {
          others = redis.deliver(this, channel, message)
        })
        return others
      },
      subscribe: async (channel, listener) => {
        this.#channels.set(channel, listener)
      },
      unsubscribe: (channel) => void this.#channels.delete(channel),
      onWhole: (listener) => void this.#listeners.push(listener),
      close: () => this.kill(),
    }
    this.presence = {
      tell: async (showId, own) => {
        if (this.#stalled || this.#dead) throw new Error('no answer')
        return redis.tell(name, showId, own)
      },
    }
  }

  hears(channel: string): boolean {
    return this.#channels.has(channel)
  }

  hear(channel: string, message: string): void {
    setTimeout(() => this.#through(() => this.#channels.get(channel)?.(message)), TRAVEL_MS)
  }

  stall(): void {
    this.#stalled = true
  }

  noticeStall(): void {
    this.#noticed = this.#stalled
  }

  resume(how: 'late' | 'lost'): void {
    if (!this.#stalled || this.#dead) return
    this.#stalled = false
    const waiting = this.#waiting.splice(0)
    if (how === 'late') for (const one of waiting) one()
    this.#noticed = false
    for (const listener of this.#listeners) listener()
  }

  missed(): void {
    this.stall()
    this.#waiting.length = 0
    this.resume('lost')
  }

  kill(): void {
    this.#dead = true
    this.#redis.forget(this)
  }

  #through(act: () => void): void {
    if (this.#dead) return
    if (this.#stalled) this.#waiting.push(act)
    else act()
  }
}
