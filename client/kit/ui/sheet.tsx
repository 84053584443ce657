import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { IconButton } from './button.tsx'
import './sheet.css'
import { kitWords } from './words.ts'

export interface SheetProps {
  title: ComponentChildren
  onClose: () => void
  children: ComponentChildren
  /** Stays at the lower edge while the body scrolls: the button that moves on. */
  foot?: ComponentChildren
  /** `sheet` rises from the lower edge on a phone; `dialog` is centred everywhere. */
  shape?: 'sheet' | 'dialog' | undefined
  /** Leaves the upper part of the page visible, for sheets over a running picture. */
  clear?: boolean | undefined
  class?: string | undefined
  testId?: string | undefined
}

/**
 * A modal sheet or dialog. It stands on the browser's own `<dialog>`: focus is kept inside and handed back, Esc
 * closes, and what lies behind is inert.
 */
export function Sheet(props: SheetProps) {
  const { title, onClose, children, foot, shape = 'sheet', clear, class: extra, testId } = props
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    return () => {
      // A dialog that is taken out of the page gives its focus to nobody.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])

  const classes = ['sheet', shape === 'dialog' && 'sheet--dialog', clear && 'sheet--clear', extra]
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the key for a click on the backdrop is Esc, which is `cancel`
    <dialog
      ref={dialog}
      class={classes.filter(Boolean).join(' ')}
      aria-labelledby={titleId}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClose={() => {
        // A second Esc closes it without asking (browsers let no page keep people in); whoever stays is shown again.
        onClose()
        requestAnimationFrame(() => {
          if (dialog.current?.isConnected && !dialog.current.open) dialog.current.showModal()
        })
      }}
      onClick={(event) => {
        // Only the backdrop is the dialog itself; everything inside is a child.
        if (event.target === dialog.current) onClose()
      }}
    >
      <header class="sheet__head">
        <h2 class="sheet__title" id={titleId}>
          {title}
        </h2>
        <IconButton icon="close" label={kitWords.value.close} onClick={onClose} />
      </header>
      <div class="sheet__body">{children}</div>
      {foot && <footer class="sheet__foot">{foot}</footer>}
    </dialog>
  )
}
