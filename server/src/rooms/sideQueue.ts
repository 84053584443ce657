import { type DownOf, giftIdOf } from '@shelfcast/shared/protocol/down.ts'

/**
 * What travels on a room's side lane. Latest values: the newest of each key, conflated until the next frame, and kept
 * for those who come. Gifts: each id once, and the last ones kept for those who missed them.
 */
export class SideQueue {
  readonly #limits: { latestKeysMax: number; giftQueueMax: number; giftIdsMax: number; recentTipsMax: number }
  readonly #keyLost: () => void
  /** In the order in which they were last set. */
  readonly #latest = new Map<string, { json: string; asOf: number }>()
  readonly #changed = new Set<string>()
  readonly #giftIds = new Set<string>()
  #gifts: string[] = []
  #recentGifts: string[] = []

  /** `keyLost` is called for each value that is not kept, or not any more, because there are too many keys. */
  constructor(
    limits: { latestKeysMax: number; giftQueueMax: number; giftIdsMax: number; recentTipsMax: number },
    keyLost: () => void,
  ) {
    this.#limits = limits
    this.#keyLost = keyLost
  }

  get isEmpty(): boolean {
    return this.#changed.size === 0 && this.#gifts.length === 0
  }

  /** Of two values of a key the one read later counts (`asOf`); between equals, the one that comes later. */
  setLatest(event: DownOf<'latest'>, asOf: number): void {
    const key = keyOf(event)
    const known = this.#latest.get(key)
    if (known && known.asOf > asOf) return
    const json = JSON.stringify(event)
    if (known?.json === json) {
      known.asOf = asOf
      return
    }
    this.#latest.delete(key)
    this.#latest.set(key, { json, asOf })
    this.#changed.add(key)
    if (this.#latest.size <= this.#limits.latestKeysMax) return
    const oldest = this.#latest.keys().next().value!
    this.#latest.delete(oldest)
    this.#changed.delete(oldest)
    this.#keyLost()
  }

  /** Keeps a value that viewers know already, for those who come, unless a newer one has come. */
  seed(event: DownOf<'latest'>): void {
    const key = keyOf(event)
    if (this.#latest.has(key)) return
    if (this.#latest.size >= this.#limits.latestKeysMax) this.#keyLost()
    else this.#latest.set(key, { json: JSON.stringify(event), asOf: 0 })
  }

  /** @returns why the gift was not taken, or null when it was */
  addGift(event: DownOf<'gift'>): 'duplicate' | 'queue_full' | null {
    const giftId = giftIdOf(event)
    if (this.#giftIds.has(giftId)) return 'duplicate'
    if (this.#gifts.length >= this.#limits.giftQueueMax) return 'queue_full'
    this.#giftIds.add(giftId)
    if (this.#giftIds.size > this.#limits.giftIdsMax)
      this.#giftIds.delete(this.#giftIds.values().next().value!)
    const json = JSON.stringify(event)
    this.#gifts.push(json)
    this.#recentGifts = [...this.#recentGifts, json].slice(-this.#limits.recentTipsMax)
    return null
  }

  /** Keeps a gift that was shown before the room was open here, for those who missed it. */
  seedGift(event: DownOf<'gift'>): void {
    const giftId = giftIdOf(event)
    if (this.#giftIds.has(giftId)) return
    this.#giftIds.add(giftId)
    this.#recentGifts = [...this.#recentGifts, JSON.stringify(event)].slice(-this.#limits.recentTipsMax)
  }

  /** Empties the queue: the encoded events of the next frame. */
  take(): { gifts: string[]; latest: string[] } {
    const gifts = this.#gifts
    this.#gifts = []
    const latest = [...this.#changed].map((key) => this.#latest.get(key)!.json)
    this.#changed.clear()
    return { gifts, latest }
  }

  /** The newest value of every key. */
  latest(): string[] {
    return [...this.#latest.values()].map(({ json }) => json)
  }

  /** The database begins anew, and its ages with it. */
  forgetAges(): void {
    for (const one of this.#latest.values()) one.asOf = 0
  }

  /** The last gifts that were shown: those that wait for the next frame come with it. */
  recentGifts(): readonly string[] {
    if (this.#gifts.length === 0) return this.#recentGifts
    const waiting = new Set(this.#gifts)
    return this.#recentGifts.filter((json) => !waiting.has(json))
  }
}

/** What a latest value replaces another by. */
export const keyOf = (event: DownOf<'latest'>): string => `${event.t}:${event.key}`
