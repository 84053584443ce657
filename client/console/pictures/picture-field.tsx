import { useSignal } from '@preact/signals'
import { PICTURE_TYPES } from '@shelfcast/shared/pictures.ts'
import { useId } from 'preact/hooks'
import { IconButton } from '../../kit/ui/button.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { pictureAt } from '../../kit/ui/picture.ts'
import { Pill } from '../ui/pill.tsx'
import './picture-field.css'
import { problemText } from './problem.ts'
import type { Shot, Shots } from './shots.ts'
import { pictureWords } from './words.ts'

interface PictureFieldProps {
  shots: Shots
  max: number
  /** Asks what is to be seen on each, and marks the first as the cover. */
  described?: boolean
  /** When a description has been typed. */
  onDescribed?: () => void
}

/** A list of pictures and the place where more are dropped or chosen. */
export function PictureField(props: PictureFieldProps) {
  const { shots, max } = props
  const list = shots.list.value
  return (
    <div class="pictures">
      {list.length > 0 && (
        <ol class="pictures__list">
          {list.map((shot, index) => (
            <Row key={shot.key} {...props} shot={shot} place={index + 1} last={index === list.length - 1} />
          ))}
        </ol>
      )}
      {list.length < max ? (
        <Drop many={max > 1} onFiles={shots.add} />
      ) : (
        max > 1 && <p class="pictures__note">{pictureWords.value.full(max)}</p>
      )}
    </div>
  )
}

function Row(props: PictureFieldProps & { shot: Shot; place: number; last: boolean }) {
  const { shots, shot, place, last, described = false, max, onDescribed } = props
  const t = pictureWords.value
  return (
    <li class="pictures__row" data-testid="picture" data-state={shot.state.is}>
      {shot.state.is === 'failed' ? (
        <span class="pictures__thumb pictures__thumb--failed">
          <Icon name="alert" size={22} />
        </span>
      ) : (
        <img class="pictures__thumb" src={pictureAt(shot.url, 320)} alt="" width={64} height={64} />
      )}
      <div class="pictures__words">
        {described && shot.state.is !== 'failed' ? (
          <input
            class="input"
            aria-label={t.alt(place)}
            placeholder={t.altHint}
            value={shot.alt}
            maxLength={200}
            autocomplete="off"
            onInput={(event) => shots.describe(shot.key, event.currentTarget.value)}
            onChange={onDescribed}
          />
        ) : null}
        <State shot={shot} />
        {described && place === 1 && shot.state.is === 'kept' && <Pill tone="good">{t.cover}</Pill>}
      </div>
      <span class="pictures__tools">
        {max > 1 && (
          <>
            <IconButton
              icon="up"
              iconSize={16}
              label={t.moveUp(place)}
              disabled={place === 1}
              onClick={() => shots.move(shot.key, -1)}
            />
            <IconButton
              icon="down"
              iconSize={16}
              label={t.moveDown(place)}
              disabled={last}
              onClick={() => shots.move(shot.key, 1)}
            />
          </>
        )}
        <IconButton
          icon="trash"
          iconSize={16}
          label={t.remove(place)}
          onClick={() => shots.remove(shot.key)}
        />
      </span>
    </li>
  )
}

function State({ shot }: { shot: Shot }) {
  const t = pictureWords.value
  switch (shot.state.is) {
    case 'kept':
      return null
    case 'failed':
      return (
        <p class="pictures__problem" role="alert">
          {problemText(shot.state.problem)}
        </p>
      )
    case 'sending': {
      const { share } = shot.state
      const text = share < 1 ? t.sending(Math.floor(share * 100)) : t.working
      return (
        <div class="pictures__progress">
          <progress value={share < 1 ? share : undefined} max={1} aria-label={text} />
          <span class="numeric">{text}</span>
        </div>
      )
    }
  }
}

/** A field for files that also takes what is dropped on it. */
function Drop({ many, onFiles }: { many: boolean; onFiles: (files: Iterable<File>) => void }) {
  const t = pictureWords.value
  const id = useId()
  const over = useSignal(false)
  return (
    <label
      class={over.value ? 'pictures__drop pictures__drop--over' : 'pictures__drop'}
      for={id}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        over.value = true
      }}
      onDragLeave={() => (over.value = false)}
      onDrop={(event) => {
        event.preventDefault()
        over.value = false
        onFiles(event.dataTransfer?.files ?? [])
      }}
    >
      <input
        id={id}
        class="visually-hidden"
        type="file"
        accept={PICTURE_TYPES.join(',')}
        multiple={many}
        data-testid="picture-input"
        onChange={(event) => {
          onFiles(event.currentTarget.files ?? [])
          event.currentTarget.value = '' // the same file may be chosen again
        }}
      />
      <Icon name="plus" size={20} />
      <span>
        <strong>{many ? t.choose : t.chooseOne}</strong>{' '}
        <span class="pictures__hint">{many ? t.orDrop : t.orDropOne}</span>
      </span>
    </label>
  )
}
