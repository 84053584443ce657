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

  async function settle(batch: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const outs = await run(batch.map((waiting) => waiting.item))
      for (const [i, waiting] of batch.entries()) waiting.resolve(outs[i]!)
    } catch (error) {
      if (batch.length > 1 && options.apart?.(error)) {
        await Promise.all(batch.map((waiting) => settle([waiting])))
      } else for (const waiting of batch) waiting.reject(error)
    }
  }

  async function leave(key: string, lane: Lane<In, Out>): Promise<void> {
    const batch = lane.waiting.splice(0, options.itemsMax)
    lane.timer = null
    lane.busy = true
    await settle(batch)
    lane.busy = false
    if (lane.waiting.length > 0) void leave(key, lane)
    else lanes.delete(key)
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
