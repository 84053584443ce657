import type { ChapterView } from '@shelfcast/shared/api/replays.ts'
import { useEffect, useRef } from 'preact/hooks'
import { clockText, price } from '../../kit/format.ts'
import { Button, IconButton } from '../../kit/ui/button.tsx'
import { usePlayer } from '../context.ts'
import type { ReplaySession } from './session.ts'
import { replayWords } from './words.ts'

const RATES = [1, 1.5, 2, 0.5]
/** How far keys go; a hand goes to the millisecond. */
const KEY_MS = 5000
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -KEY_MS,
  ArrowDown: -KEY_MS,
  ArrowRight: KEY_MS,
  ArrowUp: KEY_MS,
}

/** What a replay is moved by: its products, and a line of time. */
export function ReplayBar() {
  const session = usePlayer().state.replay.value
  if (!session) return null
  return (
    <div class="replay-bar" data-testid="replay-bar">
      {session.view.chapters.length > 0 && <Chapters session={session} />}
      {session.status.value === 'trouble' ? <Trouble session={session} /> : <Controls session={session} />}
    </div>
  )
}

function Controls({ session }: { session: ReplaySession }) {
  const { soundOn } = usePlayer().state
  const t = replayWords.value
  const { atMs, status, rate, view } = session
  const ended = status.value === 'ended'
  const playing = status.value === 'playing' || status.value === 'loading'
  const at = Math.min(atMs.value, view.durationMs)
  function press(event: KeyboardEvent): void {
    const byMs = KEYS[event.key]
    if (byMs === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    session.seek(Math.max(0, Math.min(view.durationMs, atMs.peek() + byMs)))
  }
  return (
    <div class="replay-bar__row">
      <IconButton
        icon={ended ? 'refresh' : playing ? 'pause' : 'play'}
        label={ended ? t.again : playing ? t.pause : t.play}
        class="replay-bar__round"
        data-testid="replay-toggle"
        onClick={session.toggle}
      />
      <input
        type="range"
        class="replay-bar__seek"
        aria-label={t.position}
        aria-valuetext={t.of(clockText(at), clockText(view.durationMs))}
        min={0}
        max={view.durationMs}
        step={1}
        value={at}
        data-testid="replay-seek"
        onInput={(event) => session.seek(Number(event.currentTarget.value))}
        onKeyDown={press}
      />
      <span class="replay-bar__time numeric" data-testid="replay-time" aria-hidden="true">
        {clockText(at)} / {clockText(view.durationMs)}
      </span>
      <button
        type="button"
        class="replay-bar__speed numeric"
        aria-label={t.speed(String(rate.value))}
        onClick={() => (rate.value = RATES[(RATES.indexOf(rate.value) + 1) % RATES.length]!)}
      >
        {rate.value}×
      </button>
      <IconButton
        icon={soundOn.value ? 'speaker' : 'speakerOff'}
        label={soundOn.value ? t.mute : t.soundOn}
        class="replay-bar__round"
        onClick={() => (soundOn.value = !soundOn.value)}
      />
    </div>
  )
}

function Chapters({ session }: { session: ReplaySession }) {
  const t = replayWords.value
  return (
    <ul class="replay-bar__chapters" aria-label={t.chapters}>
      {session.view.chapters.map((chapter) => (
        <Chapter key={`${chapter.itemId} ${chapter.atMs}`} chapter={chapter} session={session} />
      ))}
    </ul>
  )
}

function Chapter({ chapter, session }: { chapter: ChapterView; session: ReplaySession }) {
  const t = replayWords.value
  const currency = usePlayer().state.visit.value?.show.currency
  const button = useRef<HTMLButtonElement>(null)
  const current = session.chapter.value === chapter
  const then = current ? session.price.value : (chapter.prices[0] ?? null)
  useEffect(() => {
    if (current) button.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [current])
  return (
    <li>
      <button
        ref={button}
        type="button"
        class="replay-bar__chapter"
        aria-label={t.chapterAt(chapter.title, clockText(chapter.atMs))}
        aria-current={current}
        data-testid="replay-chapter"
        onClick={() => session.seek(chapter.atMs)}
      >
        {chapter.pictureUrl && (
          <img class="replay-bar__thumb" src={chapter.pictureUrl} alt="" loading="lazy" />
        )}
        <span class="replay-bar__names">
          <span class="replay-bar__title">{chapter.title}</span>
          <span class="replay-bar__at numeric">
            {clockText(chapter.atMs)}
            {then && currency && ` · ${t.priceThen(price(then.priceMinor, currency))}`}
          </span>
        </span>
      </button>
    </li>
  )
}

function Trouble({ session }: { session: ReplaySession }) {
  const t = replayWords.value
  return (
    <p class="replay-bar__trouble" role="alert">
      {t.trouble}
      <Button look="plain" size="small" onClick={session.retry}>
        {t.retry}
      </Button>
    </p>
  )
}
