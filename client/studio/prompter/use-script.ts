import { call } from '../../kit/api.ts'
import { type Load, useLoad } from '../../kit/load.ts'
import { usePoll } from '../../kit/ui/use-poll.ts'
import { useStudio } from '../live/context.ts'

/** A colleague at the desk may write while the host reads. */
const REFRESH_MS = 10_000

/** The script of a shelf item; null while nothing is pinned. What the shop changes follows within seconds. */
export function useScript(itemId: string | null): Load<string | null> {
  const { tenantId, showId } = useStudio()
  const read = async (signal?: AbortSignal) => {
    if (itemId === null) return null
    const params = { tenantId, showId, itemId }
    const path = 'GET /tenants/:tenantId/shows/:showId/shelf/:itemId/script'
    return (await call(path, { params, ...(signal && { signal }) })).script
  }
  const load = useLoad<string | null>(read, [itemId])
  const refresh = async () => {
    const script = await read()
    // Words that could not be fetched again, or that were edited here meanwhile, stay.
    const { state } = load
    if (state.peek() === before) load.set(script)
  }
  const before = load.state.value
  usePoll(refresh, REFRESH_MS, itemId !== null && before.is === 'ready')
  return load
}
