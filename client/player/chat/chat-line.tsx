import type { ChatLine as Line } from '@shelfcast/shared/protocol/parts.ts'
import { playerWords } from '../words.ts'
import './chat-line.css'

/** One line: who, in what role, what. */
export function ChatLine({ line, own }: { line: Line; own: boolean }) {
  const t = playerWords.value
  const badge = { viewer: null, buyer: t.roleBuyer, moderator: t.roleModerator, host: t.roleHost }[line.role]
  return (
    <li
      class={own ? 'chat-line chat-line--own' : 'chat-line'}
      data-testid="chat-line"
      data-line-id={line.id}
      data-role={line.role}
    >
      {badge && <span class={`chat-line__badge chat-line__badge--${line.role}`}>{badge}</span>}
      <span class="chat-line__name">{own ? t.you : line.name}</span>
      <span class="chat-line__text">{line.text}</span>
    </li>
  )
}
