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

/**
 * Gathers items that arrive within `waitMs` (0: in this turn of the event loop) and hands them to `run` together, by key: one batch of a key at a time,
 * so that batches of one SKU never queue behind each other's row lock. `run` answers in the order it was asked. What
 * it throws is thrown to every caller of the batch.
 */
export function createBatcher<In, Out>(
  options: { waitMs: number; itemsMax: number },
  run: (items: In[]) => Promise<Out[]>,
): (key: string, item: In) => Promise<Out> {
  const lanes = new Map<string, Lane<In, Out>>()

  async function leave(key: string, lane: Lane<In, Out>): Promise<void> {
    const batch = lane.waiting.splice(0, options.itemsMax)
    lane.timer = null
    lane.busy = true
    try {
      const outs = await run(batch.map((waiting) => waiting.item))
      for (const [i, waiting] of batch.entries()) waiting.resolve(outs[i]!)
    } catch (error) {
      for (const waiting of batch) waiting.reject(error)
    }
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
