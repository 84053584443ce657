/** A card counts as seen when half of it was on the screen for a second, and again after half a minute. */
const HALF = 0.5
const SEEN_MS = 1000
const AGAIN_MS = 30_000

export interface Card {
  itemId: string
  place: 'shelf' | 'pinned' | 'sale'
}

const PLACES: Record<string, Card['place']> = {
  'shelf-item': 'shelf',
  'pinned-card': 'pinned',
  'sale-card': 'sale',
}

/** Watches the product cards of the page, those to come too. @returns what ends it */
export function watchCards(root: HTMLElement, onSeen: (card: Card) => void): () => void {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>()
  const seenAtMs = new Map<string, number>()
  const stop = (element: Element) => {
    clearTimeout(timers.get(element))
    timers.delete(element)
  }
  const seen = (element: Element) => {
    timers.delete(element)
    const card = cardOf(element)
    if (!card || document.visibilityState !== 'visible') return
    const key = `${card.place}/${card.itemId}`
    if (Date.now() - (seenAtMs.get(key) ?? 0) < AGAIN_MS) return
    seenAtMs.set(key, Date.now())
    onSeen(card)
  }
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) {
        if (intersectionRatio < HALF) stop(target)
        else if (!timers.has(target)) timers.set(target, setTimeout(seen, SEEN_MS, target))
      }
    },
    { threshold: [0, HALF] },
  )
  const watched = new WeakSet<Element>()
  const find = () => {
    for (const element of root.querySelectorAll('[data-item-id]')) {
      if (watched.has(element)) continue
      watched.add(element)
      sight.observe(element)
    }
    for (const element of timers.keys()) if (!element.isConnected) stop(element)
  }
  const pages = new MutationObserver(find)
  pages.observe(root, { childList: true, subtree: true })
  find()
  return () => {
    pages.disconnect()
    sight.disconnect()
    for (const element of [...timers.keys()]) stop(element)
  }
}

function cardOf(element: Element): Card | null {
  const itemId = element.getAttribute('data-item-id')
  const place = PLACES[element.getAttribute('data-testid') ?? '']
  return itemId !== null && place !== undefined ? { itemId, place } : null
}
