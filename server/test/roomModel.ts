import type { Down, DownOf, StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import type { Snapshot } from '@shelfcast/shared/protocol/parts.ts'
import { expect } from 'vitest'
import type { Seat } from '../src/rooms/index.ts'
import type { engineWorld, FakeLink } from './rooms.ts'

export type ModelNode = ReturnType<typeof engineWorld>
type Welcome = {
  pos: Position
  recovered: boolean
  snapshot: Pick<Snapshot, 'pinnedItemId' | 'recentTips'> | null
}

/** Values that say to whom they are told. */
const PEOPLE_APART = 1_000_000
export const mutedUntilOf = (person: number, count: number): number => (person + 1) * PEOPLE_APART + count
const personOf = (mutedUntil: number): number => Math.floor(mutedUntil / PEOPLE_APART) - 1

/** A viewer that keeps to the protocol and notices every breach of it. */
export class ModelViewer {
  readonly index: number
  pos: Position | null = null
  pinned: string | null = null
  readonly latest = new Map<string, unknown>()
  /** What it was told alone, over all its connections. */
  readonly told = new Set<number>()
  /** Gifts that it has seen, over all its connections: the client shows each once. */
  readonly shown = new Set<string>()
  link: FakeLink | null = null
  seat: Seat | null = null
  node: ModelNode | null = null
  inStream = false
  wantsRejoin = false
  #read = 0
  /** Since it was let into the stream, or was given back what it had lost: in this time nothing comes twice. */
  readonly #gifts = new Set<string>()
  readonly #lines = new Set<string>()
  /** The last line of each node that says some. */
  readonly #lastLine = new Map<string, number>()
  #isNew = false

  constructor(index: number) {
    this.index = index
  }

  get personId(): string {
    return `per${this.index}`
  }

  connected(node: ModelNode, link: FakeLink, seat: Seat): void {
    this.node = node
    this.link = link
    this.seat = seat
    this.#read = 0
  }

  /** Takes the frames that came since the last call. */
  read(): void {
    const { frames } = this.link ?? { frames: [] }
    for (const event of frames.slice(this.#read).flat()) this.#take(event)
    this.#read = frames.length
  }

  #take(event: Down | { t: 'side' }): void {
    if (event.t === 'welcome') this.#welcomed(event as unknown as Welcome)
    else if (event.t === 'resync') this.#lost()
    else if (event.t === 'pinned') this.#numbered(event)
    else if (event.t === 'tip') this.#given(event.tip.id)
    else if (event.t === 'chat') this.#heard(event)
    else if (event.t === 'you') this.#toldAlone(event.me.mutedUntil!)
    else if (event.t === 'side') this.#sideGiven()
    else if ('key' in event) this.latest.set(event.key, numberOf(event))
  }

  #lost(): void {
    this.wantsRejoin ||= this.inStream
    this.inStream = false
  }

  #given(tipId: string): void {
    expect(this.#gifts.has(tipId), `${tipId} comes once`).toBe(false)
    this.#gifts.add(tipId)
    this.shown.add(tipId)
  }

  #toldAlone(mutedUntil: number): void {
    expect(personOf(mutedUntil), 'told to whom it is addressed').toBe(this.index)
    this.told.add(mutedUntil)
  }

  /** The lane comes with the stream, and again to who was too slow for it: then the last gifts come again. */
  #sideGiven(): void {
    if (!this.#isNew) this.#gifts.clear()
    this.#isNew = false
  }

  #welcomed({ pos, recovered, snapshot }: Welcome): void {
    if (recovered) expect(pos, 'resumes from where it was').toEqual(this.pos)
    else this.pinned = snapshot?.pinnedItemId ?? null
    this.pos = pos
    this.inStream = true
    this.latest.delete('reach') // everybody is in reach unless it follows
    this.#isNew = true
    for (const { id } of snapshot?.recentTips ?? []) this.shown.add(id)
    this.#gifts.clear()
    this.#lines.clear()
    this.#lastLine.clear()
  }

  #numbered(event: StateEvent & { t: 'pinned' }): void {
    if (!this.inStream || !this.pos) return
    expect(event.pos, 'the next event and no other').toEqual([this.pos[0], this.pos[1] + 1])
    this.pos = event.pos
    this.pinned = event.itemId
  }

  /** Lines of one node come in its order; their texts say which one it was. */
  #heard({ line: { id, text } }: DownOf<'chat'>): void {
    expect(this.#lines.has(id), `${id} comes once`).toBe(false)
    this.#lines.add(id)
    const number = Number(id.split('_')[1])
    expect(number, `lines of ${text} come in its order`).toBeGreaterThan(this.#lastLine.get(text) ?? 0)
    this.#lastLine.set(text, number)
  }
}

function numberOf(event: DownOf<'latest'>): number {
  switch (event.t) {
    case 'stock':
      return event.left
    case 'likes':
      return event.total
    case 'viewers':
      return event.count
    case 'reach':
      return Number(event.whole)
    case 'media':
    case 'speaker':
    case 'score':
      return 0
  }
}
