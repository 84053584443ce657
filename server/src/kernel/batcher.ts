/** One item on its way with the promise its caller waits on. */
interface Waiting<In, Out> {
  item: In
  resolve(out: Out): void
  reject(error: unknown): void
}

interface Lane<In, Out> {
  waiting: Waiting<In, Out>[]
  timer: NodeJS.Timeout | NodeJS.Immediate | null
  busy: boolean
}

interface BatcherOptions {
  /** 0: what arrives in this turn of the event loop. */
  waitMs: number
  itemsMax: number
  /** Whether a batch failed for what one of its items says: each is then tried by itself. */
  apart?(error: unknown): boolean
}

/**
 * Gathers items that arrive within `waitMs` and hands them to `run` together, by key: one batch of a key at a time,
 * so that batches of one SKU never queue behind each other's row lock. `run` answers in the order it was asked. What
 * it throws is thrown to every caller of the batch.
 */
export function createBatcher<In, Out>(
  options: BatcherOptions,
  run: (items: In[]) => Promise<Out[]>,
): (key: string, item: In) => Promise<Out> {
  const lanes = new Map<string, Lane<In, Out>>()

  /** Runs a batch. @returns what tells its callers; they are told at once where it failed */
  async function settle(batch: readonly Waiting<In, Out>[]): Promise<() => void> {
    try {
      const outs = await run(batch.map((waiting) => waiting.item))
      return () => {
        for (const [i, waiting] of batch.entries()) waiting.resolve(outs[i]!)
      }
    } catch (error) {
      if (batch.length > 1 && options.apart?.(error)) {
        const each = await Promise.all(batch.map((waiting) => settle([waiting])))
        return () => {
          for (const tell of each) tell()
        }
      }
      for (const waiting of batch) waiting.reject(error)
      return () => {}
    }
  }

  /**
   * The next batch is on its way before the callers of this one are told: what they do with it takes its time. Of a
   * failure they hear first, and may see to it that the next fails at once.
   */
  async function leave(key: string, lane: Lane<In, Out>): Promise<void> {
    const batch = lane.waiting.splice(0, options.itemsMax)
    lane.timer = null
    lane.busy = true
    const tell = await settle(batch)
    lane.busy = false
    if (lane.waiting.length > 0) void leave(key, lane)
    else lanes.delete(key)
    tell()
  }

  return (key, item) =>
    new Promise((resolve, reject) => {
      const lane = lanes.get(key) ?? { waiting: [], timer: null, busy: false }
      lanes.set(key, lane)
      lane.waiting.push({ item, resolve, reject })
      if (lane.busy || lane.timer) return
      const go = () => void leave(key, lane)
      lane.timer = options.waitMs === 0 ? setImmediate(go) : setTimeout(go, options.waitMs)
    })
}
