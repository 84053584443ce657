import { call } from '../../kit/api.ts'
import { session } from '../../kit/session.ts'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { navigate } from '../navigate.ts'
import { useShop } from '../shop.ts'
import { consoleWords } from '../words.ts'
import { type ShowBody, ShowForm } from './show-form.tsx'

/** Plans a show and goes on to its desk, where the shelf is filled. */
export function NewShow({ onClose }: { onClose: () => void }) {
  const { tenantId } = useShop()
  const t = consoleWords.value
  const now = session.value
  const hostIds = now.is === 'in' ? [now.me.person.id] : []
  const save = async (body: ShowBody) => {
    const show = await call('POST /tenants/:tenantId/shows', { params: { tenantId }, body })
    toast(t.showCreated)
    navigate({ page: 'desk', tenantId, showId: show.id })
  }
  return (
    <Sheet title={t.newShow} onClose={onClose} shape="dialog">
      <ShowForm
        first={{ title: '', description: '', time: '', chatLinesPerS: '', hostIds, cover: null }}
        action={t.createShow}
        save={save}
      />
    </Sheet>
  )
}
