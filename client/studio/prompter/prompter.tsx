import { useSignal } from '@preact/signals'
import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect, useRef } from 'preact/hooks'
import { errorText } from '../../kit/errors.ts'
import type { Load } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'
import { Bar } from './bar.tsx'
import { listenForKeys } from './keys.ts'
import './prompter.css'
import { ScriptDialog } from './script-dialog.tsx'
import { useScript } from './use-script.ts'
import { type Scroll, useScroll } from './use-scroll.ts'
import { prompterWords } from './words.ts'

/** The teleprompter where it is open; its key where it is not. */
export function Prompter() {
  const { prompter } = useStudio()
  const scroll = useRef<Scroll | null>(null)
  useEffect(() => listenForKeys(prompter, () => scroll.current), [prompter])
  return prompter.settings.value.open ? <OpenPrompter scrolled={scroll} /> : null
}

/** What to say about the pinned product, at the upper edge of the screen: there the lens is. */
function OpenPrompter({ scrolled }: { scrolled: { current: Scroll | null } }) {
  const { prompter, room } = useStudio()
  const state = room.state.value
  const item = state?.shelf.find(({ id }) => id === state.pinnedItemId) ?? null
  const load = useScript(item?.id ?? null)
  const loaded = load.state.value
  const editing = useSignal<{ item: ShelfItemView; script: string } | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const script = loaded.is === 'ready' ? (loaded.value ?? '') : ''
  const scroll = useScroll(box, prompter, script === '' ? '' : (item?.id ?? ''))
  useEffect(() => {
    scrolled.current = scroll
    return () => {
      scrolled.current = null
      prompter.playing.value = false
    }
  }, [scroll])
  const { mirrored, size } = prompter.settings.value
  const edit = () => {
    if (item) editing.value = { item, script }
  }
  return (
    <section class="prompter" aria-label={prompterWords.value.prompter} data-testid="prompter">
      {script === '' ? (
        <div class="prompter__none">
          <Missing item={item} load={load} onWrite={edit} />
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key
        <div ref={box} class="prompter__box" data-size={size} tabIndex={0} data-testid="prompter-box">
          <p
            class={mirrored ? 'prompter__text prompter__text--mirrored' : 'prompter__text'}
            data-testid="prompter-text"
          >
            {script}
          </p>
        </div>
      )}
      <Bar onRestart={scroll.restart} onEdit={item && loaded.is === 'ready' ? edit : null} />
      {editing.value && (
        <ScriptDialog
          {...editing.value}
          onSaved={(saved) => {
            if (editing.value?.item.id === item?.id) load.set(saved)
          }}
          onClose={() => {
            editing.value = null
          }}
        />
      )}
    </section>
  )
}

/** What stands there while there is nothing to read. */
function Missing(props: { item: ShelfItemView | null; load: Load<string | null>; onWrite: () => void }) {
  const { item, load, onWrite } = props
  const { dialog } = useStudio()
  const t = prompterWords.value
  const loaded = load.state.value
  if (!item) {
    return (
      <>
        <p>{t.nothingPinned}</p>
        <Button look="plain" size="small" icon="pin" onClick={() => (dialog.value = 'shelf')}>
          {studioWords.value.choosePin}
        </Button>
      </>
    )
  }
  if (loaded.is === 'loading') return <Spinner size={24} label={t.loading} />
  if (loaded.is === 'failed') {
    return (
      <>
        <p role="alert">
          {t.failed} {errorText(loaded.error)}
        </p>
        <Button look="plain" size="small" onClick={load.reload}>
          {t.tryAgain}
        </Button>
      </>
    )
  }
  return (
    <>
      <p>{t.noScript(item.title)}</p>
      <Button look="plain" size="small" icon="edit" data-testid="write-script" onClick={onWrite}>
        {t.write}
      </Button>
    </>
  )
}
