import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import type { ComponentChildren } from 'preact'
import { Icon } from './icons.tsx'
import './pinned-line.css'
import { kitWords } from './words.ts'

/** The line that stands above the chat; `children` is what one may do about it. */
export function PinnedLine({
  line,
  children,
}: {
  line: ChatLine | null | undefined
  children?: ComponentChildren
}) {
  if (!line) return null
  return (
    <section class="pinned-line" aria-label={kitWords.value.pinnedLine} data-testid="pinned-line">
      <Icon name="pin" size={16} />
      <p class="pinned-line__words">
        <span class="pinned-line__name">{line.name}</span>
        {line.text}
      </p>
      {children}
    </section>
  )
}
