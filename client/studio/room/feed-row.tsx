import { GIFTS } from '@shelfcast/shared/money.ts'
import type { ChatLine, TipView } from '@shelfcast/shared/protocol/parts.ts'
import { studioWords } from '../words.ts'
import type { FeedItem } from './feed.ts'
import './feed-row.css'

/** A line of the chat or a gift. */
export function FeedRow({ item, ownId }: { item: FeedItem; ownId: string | undefined }) {
  return item.kind === 'line' ? (
    <LineRow line={item.line} own={item.line.personId === ownId} />
  ) : (
    <TipRow tip={item.tip} />
  )
}

function LineRow({ line, own }: { line: ChatLine; own: boolean }) {
  const t = studioWords.value
  const badge = { viewer: null, buyer: t.roleBuyer, moderator: t.roleModerator, host: t.roleHost }[line.role]
  return (
    <li class="feed-row" data-testid="chat-line" data-line-id={line.id}>
      {badge && <span class={`feed-row__badge feed-row__badge--${line.role}`}>{badge}</span>}
      <span class="feed-row__name">{own ? t.you : line.name}</span>
      <span>{line.text}</span>
    </li>
  )
}

function TipRow({ tip }: { tip: TipView }) {
  const t = studioWords.value
  const gift = GIFTS.find(({ id }) => id === tip.giftId)
  return (
    <li class="feed-row feed-row--tip" data-testid="tip-line">
      <span class="feed-row__gift" aria-hidden="true">
        {gift?.emoji ?? '🎁'}
      </span>
      <span class="feed-row__name">{tip.name}</span>
      <span>{t.tipped(tip.count, gift ? t.gifts[gift.id] : t.gift)}</span>
    </li>
  )
}
