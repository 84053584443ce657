import { useComputed, useSignal } from '@preact/signals'
import { clockText, shortCount } from '../../kit/format.ts'
import { Button, IconButton } from '../../kit/ui/button.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { publicUrl, studioUrl } from '../route.ts'
import { useShop } from '../shop.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Link } from '../ui/link.tsx'
import { ShowPill } from '../ui/show-pill.tsx'
import { consoleWords } from '../words.ts'
import { useDesk } from './context.ts'
import './desk-head.css'
import { Figure } from './figure.tsx'
import { NotShown } from './not-shown.tsx'
import { deskWords } from './words.ts'

/** Which show this is, how it does, and the ways out of here. */
export function DeskHead() {
  const desk = useDesk()
  const room = desk.room.state.value
  const t = deskWords.value
  const coins = desk.feed.tipCoins.value
  return (
    <header class="desk-head">
      <Link
        to={{ page: 'shows', tenantId: desk.tenantId }}
        class="desk-head__back"
        label={consoleWords.value.shows}
      >
        <span aria-hidden="true">←</span>
      </Link>
      <h1 class="desk-head__title">{room?.show.title ?? desk.show.title}</h1>
      <ShowPill status={desk.status.value} />
      <dl class="desk-head__figures">
        <Figure label={t.viewers} value={room ? shortCount(room.viewers) : '–'} testId="viewers" />
        <Figure label={t.likes} value={room ? shortCount(room.likes) : '–'} testId="likes" />
        <Figure label={t.coins} value={coins === null ? '–' : shortCount(coins)} testId="tip-coins" />
        <OnAir />
        <NotShown />
      </dl>
      <Actions />
    </header>
  )
}

function OnAir() {
  const desk = useDesk()
  const text = useComputed(() => {
    const startedAt = desk.room.state.value?.show.startedAt ?? null
    const running = desk.status.value === 'live' || desk.status.value === 'paused'
    return running && startedAt !== null
      ? clockText(Math.floor((desk.room.now.value - startedAt) / 1000) * 1000)
      : '–'
  })
  return <Figure label={deskWords.value.onAir} value={text.value} testId="on-air-for" />
}

function Actions() {
  const desk = useDesk()
  const shop = useShop()
  const t = deskWords.value
  const ending = useSignal(false)
  const over = desk.status.value === 'ended'
  const address = publicUrl(desk.show.id)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(new URL(address, location.href).href)
      toast(t.linkCopied)
    } catch {
      open(address, '_blank', 'noopener') // no clipboard on plain http: its address bar has the link
    }
  }
  return (
    <div class="desk-head__actions">
      <IconButton icon="link" label={t.copyLink} onClick={() => void copy()} />
      <a class="button button--plain button--small" href={address} target="_blank" rel="noreferrer">
        {consoleWords.value.openPage}
      </a>
      {!over && shop.may('stage:host') && (
        <a
          class="button button--plain button--small"
          href={studioUrl(desk.tenantId, desk.show.id)}
          target="_blank"
          rel="noreferrer"
        >
          {consoleWords.value.openStudio}
        </a>
      )}
      {!over && shop.may('desk:run') && (
        <Button look="danger" size="small" onClick={() => (ending.value = true)} data-testid="end-show">
          {t.endShow}
        </Button>
      )}
      {ending.value && (
        <Confirm
          title={t.endShowTitle}
          text={t.endShowText}
          action={t.endShow}
          run={desk.end}
          onClose={() => (ending.value = false)}
        />
      )}
    </div>
  )
}
