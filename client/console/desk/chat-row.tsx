import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import { call } from '../../kit/api.ts'
import { timeOfDay } from '../../kit/format.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import './chat-row.css'
import { useDesk } from './context.ts'
import { pinLine } from './pin-line.ts'
import { deskWords } from './words.ts'

/** A line, with what a moderator can do about it. */
export function ChatRow({ line, onMute }: { line: ChatLine; onMute: (line: ChatLine) => void }) {
  const desk = useDesk()
  const shop = useShop()
  const t = deskWords.value
  const deleting = useAction()
  const pinning = useAction()
  const badge = { viewer: null, buyer: t.roleBuyer, moderator: t.roleModerator, host: t.roleHost }[line.role]
  const staff = line.role === 'host' || line.role === 'moderator'
  const own = line.personId === desk.room.me.value?.personId
  const deleteLine = () =>
    deleting.run(() =>
      call('DELETE /tenants/:tenantId/shows/:showId/chat/:lineId', {
        params: { tenantId: desk.tenantId, showId: desk.show.id, lineId: line.id },
      }),
    )
  return (
    <li class="desk-line" data-testid="chat-line" data-line-id={line.id}>
      <p class="desk-line__words">
        <time class="desk-line__time numeric">{timeOfDay(line.at)}</time>
        {badge && <span class={`desk-line__badge desk-line__badge--${line.role}`}>{badge}</span>}
        <span class="desk-line__name">{line.name}</span>
        <span>{line.text}</span>
      </p>
      {shop.may('chat:moderate') && (
        <span class="desk-line__actions">
          <IconButton
            icon="pin"
            iconSize={16}
            label={t.pinLine(line.name)}
            onClick={() => void pinning.run(() => pinLine(desk, line.id))}
            data-testid={`pin-line-${line.id}`}
          />
          {!staff && !own && (
            <IconButton
              icon="micOff"
              iconSize={16}
              label={t.mute(line.name)}
              onClick={() => onMute(line)}
              data-testid={`mute-${line.personId}`}
            />
          )}
          <IconButton
            icon="trash"
            iconSize={16}
            label={t.deleteLine(line.name)}
            onClick={() => void deleteLine()}
            data-testid={`delete-line-${line.id}`}
          />
        </span>
      )}
    </li>
  )
}
