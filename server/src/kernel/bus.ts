import type { Cluster } from 'ioredis'
import { Counter, Gauge } from 'prom-client'
import { newId } from './ids.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Redis } from './redis.ts'
import type { Closable } from './ticker.ts'

/**
 * What the processes of one deployment tell each other. Delivery is at most once, in order from each sender, never to
 * the sender itself; what must not be lost is also somewhere durable, and is read again when `onWhole` calls.
 */
export interface Bus extends Closable {
  /** Names this process, for as long as it runs. */
  readonly node: string
  /** Whether messages get through at present, as a message that this process sends itself shows. */
  readonly isWhole: boolean
  /** Longer messages are neither sent nor heard, and counted. */
  readonly messageBytesMax: number
  /**
   * How many other processes hear the channel; null where the message was certainly not sent, or nobody knows. In a
   * cluster Redis counts those at the master of the channel's shard, which is where every process subscribes; while a
   * shard fails over, a process that has not followed to the new master hears the message and is not counted.
   */
  publish(channel: string, message: string): Promise<number | null>
  /** Hears the channel until `close`. One listener a channel. Resolves when it hears, or when it is clear that it cannot yet. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>
  unsubscribe(channel: string): void
  /** Called whenever messages get through again after some may have been missed. */
  onWhole(listener: () => void): void
}

export interface BusDeps {
  /** Takes commands. */
  redis: Redis | Cluster
  /** A connection of its own that subscribes. */
  subscriber: Redis | Cluster
  log: Log
  metrics: Metrics
  limits: {
    readonly echoMs: number
    readonly stalledMs: number
    readonly subscribeMsMax: number
    readonly messageBytesMax: number
    readonly unansweredMax: number
  }
}

/** After so many times `stalledMs` without an echo the connections are made anew. */
const DEAD_AFTER = 3
/** Between the name of the sender and what it sends: a node knows its own messages without reading them. */
const SEPARATOR = '\n'

/** Sharded publish and subscribe of Redis 7: in a cluster, a channel lives with its shard. */
export function createBus({ redis, subscriber, log, metrics, limits }: BusDeps): Bus {
  const node = newId('nod')
  const mark = node + SEPARATOR
  const ownChannel = `node:${node}`
  const listeners = new Map<string, (message: string) => void>()
  /** Those of them that Redis counts this process among. */
  const confirmed = new Set<string>()
  const whole: (() => void)[] = []
  const counts = createBusMetrics(metrics, () => isWhole())
  /** When the newest message to itself that came back was sent, on a clock that only runs forward. */
  let echoed = Number.NEGATIVE_INFINITY
  let connectedAt = performance.now()
  let wasWhole = false
  let unanswered = 0
  let closed = false

  const isWhole = (): boolean => performance.now() - echoed < limits.stalledMs

  function heard(channel: string, message: string): void {
    if (channel === ownChannel) {
      echoed = Number(message)
      if (!wasWhole && isWhole()) becameWhole()
      return
    }
    if (message.startsWith(mark)) return
    if (message.length > limits.messageBytesMax) {
      counts.refused.inc()
      return
    }
    counts.heard.inc()
    listeners.get(channel)?.(message.slice(message.indexOf(SEPARATOR) + 1))
  }

  function becameWhole(): void {
    wasWhole = true
    log.info('other nodes are heard')
    for (const listener of whole) listener()
  }

  function becameBroken(): void {
    if (wasWhole) log.warn('other nodes are not heard')
    wasWhole = false
  }

  /** Every connection begins without subscriptions. What was sent meanwhile is missed, so the echo starts anew. */
  function connected(): void {
    becameBroken()
    echoed = Number.NEGATIVE_INFINITY
    connectedAt = performance.now()
    confirmed.clear()
    void Promise.allSettled([...listeners.keys()].map(listen))
      .then(() => subscriber.ssubscribe(ownChannel)) // last: its echo says that all are heard
      .then(echo, () => {}) // at once: what needs other nodes fails until it is back
  }

  async function listen(channel: string): Promise<void> {
    await subscriber.ssubscribe(channel)
    if (listeners.has(channel)) confirmed.add(channel)
  }

  /** Whether Redis counts this process among those that hear the channel; where that is not sure it is not. */
  const isCounted = (channel: string): boolean => subscriber.status === 'ready' && confirmed.has(channel)

  /** @returns how many heard it, or null where that is not known */
  async function send(channel: string, payload: string): Promise<number | null> {
    if (closed || redis.status !== 'ready' || unanswered >= limits.unansweredMax) return null
    unanswered++
    try {
      return Number(await redis.spublish(channel, payload))
    } catch {
      return null
    } finally {
      unanswered--
    }
  }

  function echo(): void {
    if (!isWhole()) becameBroken()
    void send(ownChannel, String(performance.now()))
    const since = performance.now() - Math.max(echoed, connectedAt)
    if (since < limits.stalledMs * DEAD_AFTER || subscriber.status !== 'ready') return
    log.warn('no word from Redis, connecting anew')
    connectedAt = performance.now()
    subscriber.disconnect(true)
    redis.disconnect(true)
  }

  subscriber.on('smessage', heard)
  subscriber.on('ready', connected)
  subscriber.on('error', (error: Error) => log.warn({ err: error.message }, 'redis subscriber'))
  if (subscriber.status === 'ready') connected()
  const timer = setInterval(echo, limits.echoMs)
  timer.unref()

  return {
    node,
    messageBytesMax: limits.messageBytesMax - mark.length,
    get isWhole() {
      return isWhole()
    },

    async publish(channel, message) {
      if (mark.length + message.length > limits.messageBytesMax) {
        counts.refused.inc()
        return null
      }
      if (!isWhole()) return null
      counts.sent.inc()
      const wasCounted = isCounted(channel)
      const heard = await send(channel, mark + message)
      if (heard === null) return null
      return Math.max(0, wasCounted && isCounted(channel) ? heard - 1 : heard)
    },

    async subscribe(channel, listener) {
      listeners.set(channel, listener)
      if (subscriber.status !== 'ready') return // with the next connection
      const subscribed = listen(channel).catch(() => {})
      await Promise.race([
        subscribed,
        new Promise((resolve) => setTimeout(resolve, limits.subscribeMsMax).unref()),
      ])
    },

    unsubscribe(channel) {
      listeners.delete(channel)
      confirmed.delete(channel)
      if (subscriber.status === 'ready') subscriber.sunsubscribe(channel).catch(() => {})
    },

    onWhole(listener) {
      whole.push(listener)
    },

    close() {
      closed = true
      clearInterval(timer)
      subscriber.disconnect()
    },
  }
}

function createBusMetrics(registry: Metrics, isWhole: () => boolean) {
  const registers = [registry]
  new Gauge({
    name: 'shelfcast_bus_whole',
    help: '1 while messages to and from other nodes get through',
    registers,
    collect() {
      this.set(isWhole() ? 1 : 0)
    },
  })
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  return {
    sent: counter('shelfcast_bus_sent_total', 'Messages to other nodes'),
    heard: counter('shelfcast_bus_heard_total', 'Messages from other nodes'),
    refused: counter('shelfcast_bus_refused_total', 'Messages to and from other nodes that were too long'),
  }
}
