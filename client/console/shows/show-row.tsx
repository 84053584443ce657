import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import { dateTime } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { figureWords } from '../figures/words.ts'
import { recordWords } from '../record/words.ts'
import { recordingWords } from '../recordings/words.ts'
import { publicUrl, studioUrl } from '../route.ts'
import { useShop } from '../shop.ts'
import { Link } from '../ui/link.tsx'
import { ProductPicture } from '../ui/product-picture.tsx'
import { ShowPill } from '../ui/show-pill.tsx'
import { consoleWords } from '../words.ts'
import './show-row.css'

interface Props {
  show: ShowView
  onEdit: () => void
  onRecording: () => void
  onRecord: () => void
}

export function ShowRow({ show, onEdit, onRecording, onRecord }: Props) {
  const shop = useShop()
  const t = consoleWords.value
  const desk = { page: 'desk', tenantId: shop.tenantId, showId: show.id } as const
  const over = show.status === 'ended'
  return (
    <tr data-testid="show-row" data-show-id={show.id}>
      <td class="table__main">
        <div class="show-cell">
          <ProductPicture title={show.title} url={show.coverUrl} />
          <Link to={desk} class="table__title">
            {show.title}
          </Link>
        </div>
      </td>
      <td>
        <ShowPill status={show.status} />
      </td>
      <td class="table__soft numeric">{timeOf(show)}</td>
      <td class="table__soft table__main">{show.hosts.map(({ name }) => name).join(', ')}</td>
      <td>
        <div class="table__actions">
          <Link to={desk} class="button button--plain button--small">
            {t.openDesk}
          </Link>
          <Link to={{ ...desk, page: 'figures' }} class="button button--quiet button--small">
            {figureWords.value.figures}
          </Link>
          {show.startedAt !== null && (
            <Button
              look="quiet"
              size="small"
              aria-label={recordingWords.value.recordingOf(show.title)}
              onClick={onRecording}
              data-testid="open-recording"
            >
              {recordingWords.value.recording}
            </Button>
          )}
          <Button
            look="quiet"
            size="small"
            aria-label={recordWords.value.recordOf(show.title)}
            onClick={onRecord}
            data-testid="open-record"
          >
            {recordWords.value.record}
          </Button>
          {shop.may('shows:write') && (
            <Button
              look="quiet"
              size="small"
              aria-label={t.editShowNamed(show.title)}
              onClick={onEdit}
              data-testid="edit-show"
            >
              {t.edit}
            </Button>
          )}
          {!over && shop.may('stage:host') && (
            <a
              class="button button--quiet button--small"
              href={studioUrl(shop.tenantId, show.id)}
              target="_blank"
              rel="noreferrer"
            >
              {t.openStudio}
            </a>
          )}
          <a
            class="button button--quiet button--small"
            href={publicUrl(show.id)}
            target="_blank"
            rel="noreferrer"
          >
            {t.openPage}
          </a>
        </div>
      </td>
    </tr>
  )
}

function timeOf(show: ShowView): string {
  const t = consoleWords.value
  if (show.endedAt !== null) return t.endedAt(dateTime(show.endedAt))
  if (show.startedAt !== null) return t.startedAt(dateTime(show.startedAt))
  return show.scheduledAt === null ? t.noTime : dateTime(show.scheduledAt)
}
