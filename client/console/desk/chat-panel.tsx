import { useSignal } from '@preact/signals'
import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import { codeText } from '../../kit/errors.ts'
import { Button, IconButton } from '../../kit/ui/button.tsx'
import { PinnedLine } from '../../kit/ui/pinned-line.tsx'
import { useFollow } from '../../kit/ui/use-follow.ts'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { Panel } from '../ui/panel.tsx'
import { BansDialog } from './bans-dialog.tsx'
import { ChatInput } from './chat-input.tsx'
import './chat-panel.css'
import { ChatRow } from './chat-row.tsx'
import { useDesk } from './context.ts'
import { MuteDialog } from './mute-dialog.tsx'
import { pinLine } from './pin-line.ts'
import { deskWords } from './words.ts'

/** What viewers say, with the means to keep it civil. */
export function ChatPanel() {
  const { room, status } = useDesk()
  const t = deskWords.value
  const muting = useSignal<ChatLine | null>(null)
  const lines = room.state.value?.recentChat ?? []
  return (
    <Panel title={t.chat} class="desk-chat" actions={<BansButton />}>
      <ConnectionNote />
      <DeskPinnedLine />
      {lines.length === 0 ? (
        <p class="desk-chat__empty">{t.chatEmpty}</p>
      ) : (
        <Lines lines={lines} onMute={(line) => (muting.value = line)} />
      )}
      {status.value !== 'ended' && <ChatInput />}
      {muting.value && <MuteDialog person={muting.value} onClose={() => (muting.value = null)} />}
    </Panel>
  )
}

function Lines({ lines, onMute }: { lines: readonly ChatLine[]; onMute: (line: ChatLine) => void }) {
  const label = deskWords.value.chat
  const follow = useFollow(lines.at(-1)?.id)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <ul {...follow} class="desk-chat__lines" tabIndex={0} aria-label={label}>
      {lines.map((line) => (
        <ChatRow key={line.id} line={line} onMute={onMute} />
      ))}
    </ul>
  )
}

function BansButton() {
  const shop = useShop()
  const open = useSignal(false)
  if (!shop.may('chat:moderate')) return null
  return (
    <>
      <Button look="quiet" onClick={() => (open.value = true)} data-testid="bans">
        {deskWords.value.bans}
      </Button>
      {open.value && <BansDialog onClose={() => (open.value = false)} />}
    </>
  )
}

function DeskPinnedLine() {
  const desk = useDesk()
  const shop = useShop()
  const unpinning = useAction()
  const line = desk.room.state.value?.pinnedLine
  return (
    <PinnedLine line={line}>
      {shop.may('chat:moderate') && (
        <IconButton
          icon="close"
          iconSize={16}
          label={deskWords.value.unpinLine}
          onClick={() => void unpinning.run(() => pinLine(desk, null))}
          data-testid="unpin-line"
        />
      )}
    </PinnedLine>
  )
}

function ConnectionNote() {
  const { room, status } = useDesk()
  const t = deskWords.value
  if (status.value === 'ended') return null
  if (room.status.value === 'reconnecting') {
    return (
      <p class="desk-chat__note" role="status">
        {t.roomReconnecting}
      </p>
    )
  }
  if (room.status.value !== 'refused') return null
  return (
    <p class="desk-chat__note" role="alert">
      {room.refusal.value ? codeText(room.refusal.value) : t.roomRefused}
    </p>
  )
}
