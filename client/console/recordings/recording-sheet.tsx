import { useSignal } from '@preact/signals'
import type { ClipView, RecordingView } from '@shelfcast/shared/api/replays.ts'
import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import { call } from '../../kit/api.ts'
import { clockText, dateTime } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { Confirm } from '../ui/confirm.tsx'
import '../ui/form.css'
import './recording-sheet.css'
import { bytesText, recordingWords } from './words.ts'

/** What is kept of a show: whether viewers see it, its clips to take along, and its end. */
export function RecordingSheet({ show, onClose }: { show: ShowView; onClose: () => void }) {
  const { tenantId } = useShop()
  const t = recordingWords.value
  const params = { tenantId, showId: show.id }
  const load = useLoad(
    (signal) => call('GET /tenants/:tenantId/shows/:showId/recording', { params, signal }),
    [tenantId, show.id],
  )
  return (
    <Sheet title={t.recordingOf(show.title)} onClose={onClose} shape="dialog" testId="recording-sheet">
      <LoadView load={load}>
        {(recording) =>
          isNothing(recording) ? (
            <Empty
              icon="camera"
              title={t.none}
              text={recording.trouble ? t.trouble[recording.trouble] : t.noneText}
            />
          ) : recording.status === 'deleted' ? (
            <Empty icon="trash" title={t.deleted} text={t.deletedText} />
          ) : (
            <Kept show={show} recording={recording} onChanged={load.set} onRemoved={load.reload} />
          )
        }
      </LoadView>
    </Sheet>
  )
}

/** Nothing that could be shown, now that the show is over. */
const isNothing = ({ status, durationMs }: RecordingView): boolean =>
  status === 'none' || (status === 'ready' && durationMs === 0)

interface KeptProps {
  show: ShowView
  recording: RecordingView
  onChanged: (recording: RecordingView) => void
  onRemoved: () => void
}

function Kept({ show, recording, onChanged, onRemoved }: KeptProps) {
  const { tenantId, may } = useShop()
  const t = recordingWords.value
  const params = { tenantId, showId: show.id }
  const changing = useAction()
  const setHidden = (hidden: boolean) =>
    changing.run(async () => {
      const body = { hidden }
      onChanged(await call('PATCH /tenants/:tenantId/shows/:showId/recording', { params, body }))
    })
  const { status, hidden, trouble, clipsMissing, durationMs, bytes, expiresAt, clips } = recording
  return (
    <div class="recording">
      <p class="recording__state">{status === 'recording' ? t.running : hidden ? t.hiddenNow : t.ready}</p>
      {trouble && <p class="recording__trouble">{t.trouble[trouble]}</p>}
      {clipsMissing && (
        <p class="recording__trouble" data-testid="clips-missing">
          {t.clipsMissing}
        </p>
      )}
      <dl class="recording__facts">
        <Fact name={t.length} value={clockText(durationMs)} />
        <Fact name={t.size} value={bytesText(bytes)} />
        {expiresAt !== null && <Fact name={t.keptUntil} value={dateTime(expiresAt)} />}
      </dl>
      {may('shows:write') && (
        <label class="recording__check">
          <input
            type="checkbox"
            checked={!hidden}
            disabled={changing.busy.value}
            onChange={(event) => void setHidden(!event.currentTarget.checked)}
            data-testid="recording-shown"
          />
          {t.show}
        </label>
      )}
      {status === 'ready' && <Clips clips={clips} missing={clipsMissing} />}
      {status === 'ready' && may('shows:write') && <Remove params={params} onRemoved={onRemoved} />}
    </div>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="numeric">{value}</dd>
    </div>
  )
}

function Clips({ clips, missing }: { clips: readonly ClipView[]; missing: boolean }) {
  const t = recordingWords.value
  return (
    <section class="recording__clips">
      <h3>{t.clips}</h3>
      {clips.length === 0 && !missing && <p class="recording__soft">{t.noClips}</p>}
      <ul>
        {clips.map((clip) => (
          <li key={clip.id} class="recording__clip" data-testid="recording-clip">
            {/* biome-ignore lint/a11y/useMediaCaption: what was said is not written down */}
            <video src={clip.url} aria-label={t.clipOf(clip.title)} controls playsInline preload="none" />
            <div>
              <p>{clip.title}</p>
              <p class="recording__soft numeric">{clockText(clip.durationMs)}</p>
              <a
                class="button button--plain button--small"
                href={clip.url}
                download={`${clip.title}.mp4`}
                aria-label={t.downloadOf(clip.title)}
              >
                {t.download}
              </a>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Remove({
  params,
  onRemoved,
}: {
  params: { tenantId: string; showId: string }
  onRemoved: () => void
}) {
  const t = recordingWords.value
  const asking = useSignal(false)
  const remove = async () => {
    await call('DELETE /tenants/:tenantId/shows/:showId/recording', { params })
    toast(t.removed)
    onRemoved()
  }
  return (
    <div class="recording__remove">
      <Button look="quiet" icon="trash" onClick={() => (asking.value = true)} data-testid="recording-remove">
        {t.remove}
      </Button>
      {asking.value && (
        <Confirm
          title={t.remove}
          text={t.removeText}
          action={t.removeSure}
          run={remove}
          onClose={() => (asking.value = false)}
        />
      )}
    </div>
  )
}
