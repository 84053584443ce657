import type { ChatLine, TipView } from '@shelfcast/shared/protocol/parts.ts'

/** What the host reads: lines and gifts in one stream. */
export type FeedItem = { kind: 'line'; line: ChatLine } | { kind: 'tip'; tip: TipView }

export const FEED_MAX = 200

export const feedId = (item: FeedItem): string => (item.kind === 'line' ? item.line.id : item.tip.id)
const timeOf = (item: FeedItem): number => (item.kind === 'line' ? item.line.at : item.tip.at)

/** Adds what is new, each once, in order of time, oldest out first. */
export function withItems(known: readonly FeedItem[], more: readonly FeedItem[]): readonly FeedItem[] {
  const ids = new Set(known.map(feedId))
  const fresh = more.filter((item) => !ids.has(feedId(item)))
  if (fresh.length === 0) return known
  return [...known, ...fresh].sort((a, b) => timeOf(a) - timeOf(b)).slice(-FEED_MAX)
}

/** Takes away lines that a moderator deleted. */
export const withoutLines = (known: readonly FeedItem[], lineIds: readonly string[]): readonly FeedItem[] =>
  known.filter((item) => item.kind !== 'line' || !lineIds.includes(item.line.id))

export const lineItem = (line: ChatLine): FeedItem => ({ kind: 'line', line })
export const tipItem = (tip: TipView): FeedItem => ({ kind: 'tip', tip })
