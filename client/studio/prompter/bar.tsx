import { IconButton } from '../../kit/ui/button.tsx'
import { useStudio } from '../live/context.ts'
import { SIZE_MAX, SPEED_MAX } from './settings.ts'
import { prompterWords } from './words.ts'

/** The buttons under the text; each has a key as well. */
export function Bar({ onRestart, onEdit }: { onRestart: () => void; onEdit: (() => void) | null }) {
  const { prompter } = useStudio()
  const t = prompterWords.value
  const playing = prompter.playing.value
  const { speed, size, mirrored } = prompter.settings.value
  return (
    <div class="prompter__bar" role="toolbar" aria-label={t.prompter}>
      <IconButton
        icon={playing ? 'pause' : 'play'}
        label={playing ? t.pause : t.play}
        data-testid="prompter-play"
        onClick={() => (prompter.playing.value = !playing)}
      />
      <IconButton class="prompter__restart" icon="refresh" label={t.restart} onClick={onRestart} />
      <IconButton
        icon="minus"
        label={t.slower}
        disabled={speed === 1}
        data-testid="prompter-slower"
        onClick={() => prompter.faster(-1)}
      />
      <output class="prompter__speed numeric" aria-label={t.speed(speed)} data-testid="prompter-speed">
        {speed}
      </output>
      <IconButton
        icon="plus"
        label={t.faster}
        disabled={speed === SPEED_MAX}
        data-testid="prompter-faster"
        onClick={() => prompter.faster(1)}
      />
      <SizeButton label={t.smaller} steps={-1} disabled={size === 1} />
      <SizeButton label={t.larger} steps={1} disabled={size === SIZE_MAX} />
      <IconButton
        class={mirrored ? 'prompter__active' : undefined}
        icon="mirror"
        label={t.mirror}
        aria-pressed={mirrored}
        data-testid="prompter-mirror"
        onClick={() => prompter.change({ mirrored: !mirrored })}
      />
      <IconButton
        icon="edit"
        label={t.edit}
        disabled={!onEdit}
        data-testid="edit-script"
        onClick={() => onEdit?.()}
      />
    </div>
  )
}

function SizeButton({ label, steps, disabled }: { label: string; steps: 1 | -1; disabled: boolean }) {
  const { prompter } = useStudio()
  return (
    <button
      type="button"
      class={`icon-button prompter__size prompter__size--${steps > 0 ? 'larger' : 'smaller'}`}
      aria-label={label}
      title={label}
      disabled={disabled}
      data-testid={steps > 0 ? 'prompter-larger' : 'prompter-smaller'}
      onClick={() => prompter.larger(steps)}
    >
      A
    </button>
  )
}
