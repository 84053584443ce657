import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import { call } from '../../kit/api.ts'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useShop } from '../shop.ts'
import { fieldOf } from '../ui/local-time.ts'
import { consoleWords } from '../words.ts'
import { type ShowBody, ShowForm } from './show-form.tsx'

interface EditShowProps {
  show: ShowView
  onClose: () => void
  onChanged: (show: ShowView) => void
}

export function EditShow({ show, onClose, onChanged }: EditShowProps) {
  const { tenantId } = useShop()
  const t = consoleWords.value
  const { title, description, scheduledAt, chatLinesPerS, hosts, coverId, coverUrl } = show
  const save = async (body: ShowBody) => {
    const params = { tenantId, showId: show.id }
    onChanged(await call('PATCH /tenants/:tenantId/shows/:showId', { params, body }))
    toast(t.showSaved)
    onClose()
  }
  const first = {
    title,
    description,
    time: fieldOf(scheduledAt),
    chatLinesPerS: String(chatLinesPerS ?? ''),
    hostIds: hosts.map(({ personId }) => personId),
    cover: coverId !== null && coverUrl !== null ? { id: coverId, url: coverUrl } : null,
  }
  return (
    <Sheet title={t.editShow} onClose={onClose} shape="dialog">
      <ShowForm first={first} action={t.save} save={save} />
    </Sheet>
  )
}
