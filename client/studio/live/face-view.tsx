import type { ComponentChildren } from 'preact'
import { codeText } from '../../kit/errors.ts'
import { clockText, shortCount } from '../../kit/format.ts'
import { loadSession, session } from '../../kit/session.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Icon, type IconName } from '../../kit/ui/icons.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { viewersUrl } from '../route.ts'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import type { Face, Refusal } from './face.ts'
import './face-view.css'
import { wholeSeconds } from './status-pill.tsx'

/** A face over the picture: what happened, and the one thing to do about it. */
export function FaceView({ face }: { face: Face }) {
  const { stage, capture, showId } = useStudio()
  const t = studioWords.value
  switch (face.kind) {
    case 'joining':
      return <Words kind="joining" words={t.faces.joining} busy />
    case 'recovering':
      return (
        <Words kind="recovering" words={t.faces.recovering} busy>
          {face.deadline !== null && <Deadline at={face.deadline} />}
        </Words>
      )
    case 'replaced':
      return (
        <Words kind="replaced" words={t.faces.replaced} icon="screen">
          <Button onClick={stage.takeOver}>{t.continueHere}</Button>
        </Words>
      )
    case 'elsewhere':
      return (
        <Words kind="elsewhere" words={t.faces.elsewhere} icon="screen">
          <Button onClick={stage.takeOver} data-testid="take-over">
            {t.takeOver}
          </Button>
        </Words>
      )
    case 'beside':
      return <Words kind="beside" words={face.sends ? t.faces.beside : t.faces.besideAway} icon="screen" />
    case 'removed':
      return (
        <Words kind="removed" words={t.faces.removed} icon="user">
          <a class="button" href={viewersUrl(showId)}>
            {t.watchShow}
          </a>
        </Words>
      )
    case 'ended':
      return (
        <Words kind="ended" words={t.faces.ended} icon="check">
          <Summary />
          <a class="button" href="/studio">
            {t.backToShows}
          </a>
        </Words>
      )
    case 'refused':
      return (
        <Words kind={face.why} words={refusalWords(face.why, face.code)} icon="alert">
          <RefusalAction why={face.why} />
        </Words>
      )
    case 'devices':
      return (
        <Words kind={face.trouble} words={t.faces[face.trouble]} icon="cameraOff">
          {face.trouble !== 'insecure' && (
            <Button icon="refresh" busy={capture.opening.value} onClick={capture.open}>
              {t.tryAgain}
            </Button>
          )}
        </Words>
      )
  }
}

function Words(props: {
  kind: string
  words: { title: string; text: string }
  icon?: IconName
  busy?: boolean
  children?: ComponentChildren
}) {
  return (
    <div
      class={`studio-face studio-face--${props.kind}`}
      role="status"
      data-testid="face"
      data-face={props.kind}
    >
      {props.busy && <Spinner size={32} />}
      {props.icon && <Icon name={props.icon} size={36} />}
      <h2 class="studio-face__title">{props.words.title}</h2>
      {props.words.text && <p class="studio-face__text">{props.words.text}</p>}
      {props.children}
    </div>
  )
}

function refusalWords(why: Refusal, code: string): { title: string; text: string } {
  const words = studioWords.value.faces[why]
  return why === 'other' ? { ...words, text: codeText(code) } : words
}

function RefusalAction({ why }: { why: Refusal }) {
  const { stage } = useStudio()
  const t = studioWords.value
  switch (why) {
    case 'signed_out':
      // A guest who is not invited finds the way to sign in on the studio's first page.
      if (session.value.is === 'out')
        return (
          <a class="button" href="/studio">
            {t.signInAgain}
          </a>
        )
      return <Button onClick={loadSession}>{t.signInAgain}</Button>
    case 'seat_taken':
    case 'other':
      return (
        <Button icon="refresh" onClick={stage.retry}>
          {t.tryAgain}
        </Button>
      )
    case 'not_allowed':
    case 'unknown':
      return (
        <a class="button" href="/studio">
          {t.backToShows}
        </a>
      )
  }
}

function Deadline({ at }: { at: number }) {
  const { now } = useStudio().room
  now.value // read, so that each tick draws
  return (
    <p class="studio-face__text numeric">
      {studioWords.value.viewersWait(clockText(at - performance.now()))}
    </p>
  )
}

/** What the show came to. */
function Summary() {
  const { stage, room } = useStudio()
  const t = studioWords.value
  const { startedAt = null, endedAt = null } = stage.show.value ?? {}
  if (startedAt === null) return null
  const duration = wholeSeconds((endedAt ?? room.serverNow()) - startedAt)
  return (
    <dl class="studio-face__summary">
      <div>
        <dt>{t.duration}</dt>
        <dd class="numeric">{clockText(duration)}</dd>
      </div>
      {room.state.value && (
        <div>
          <dt>{t.likesTotal}</dt>
          <dd class="numeric">{shortCount(room.state.value.likes)}</dd>
        </div>
      )}
    </dl>
  )
}
