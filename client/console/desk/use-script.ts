import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { useLoad } from '../../kit/load.ts'
import { useDesk } from './context.ts'

/** A place's script while it is edited. */
export function useScript(itemId: string) {
  const { tenantId, show } = useDesk()
  const params = { tenantId, showId: show.id, itemId }
  const text = useSignal<string | null>(null)
  const { state } = useLoad(
    async (signal) => {
      const path = 'GET /tenants/:tenantId/shows/:showId/shelf/:itemId/script'
      const { script } = await call(path, { params, signal })
      text.value = script
      return script
    },
    [itemId],
  )
  return {
    state,
    text,
    /** Writes what was changed; the host may be at it too, and words that nobody touched here stay theirs. */
    async save(): Promise<void> {
      const loaded = state.peek()
      const script = text.peek()
      if (loaded.is !== 'ready' || script === null || script.trim() === loaded.value) return
      await call('PUT /tenants/:tenantId/shows/:showId/shelf/:itemId/script', { params, body: { script } })
    },
  }
}
