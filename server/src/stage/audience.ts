import { arrange, type Tile } from '@shelfcast/shared/layout.ts'
import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import type { Producer } from 'mediasoup/types'
import { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Egress } from './egress.ts'
import type { StageLimits } from './limits.ts'
import { qualityNeeded } from './line-up.ts'
import { type ShowMedia, stageFull } from './media.ts'
import type { DirectOffer } from './sdp-direct.ts'
import type { Receivable } from './sdp-viewer.ts'
import type { Source } from './seat.ts'
import { openViewer, type Viewer, type ViewerSource } from './viewer.ts'

/** One thing that a host on air sends. */
export interface Sent {
  /** Of the host's own producer. */
  readonly id: string
  readonly personId: string
  readonly source: Source
  readonly paused: boolean
}

/** What who can show one picture gets, as producer ids: the main picture, and all who are not muted. */
export interface MainPicture {
  readonly videoId: string
  readonly audioIds: readonly string[]
}

/** What there is to see of a show at a moment. */
export interface Programme {
  readonly live: boolean
  readonly layout: StageLayout
  readonly sent: readonly Sent[]
}

/** `main` one picture, of the main seat, and all that is said on this stage; `all` everything; `others` but oneself, as hosts need it. */
export type Scope = 'main' | 'all' | 'others'

interface AudienceDeps {
  programme(): Programme
  /** The routers of the show on this node; null while there are none. */
  media(): ShowMedia | null
  /** What a host sends, as it comes to this node's routers. @throws Fault `media_not_ready`, `stage_full` */
  producer(id: string): Promise<Producer>
  /** Brings the programme up to date, where that is told by another node. */
  refresh?(): Promise<void>
  limits: StageLimits
  log: Log
}

const RETRY_MS = 1000
export const notReady = (): Fault => new Fault('media_not_ready', { retryAfterMs: RETRY_MS })

/** A show's viewers on this node. */
export class Audience {
  readonly viewers = new Map<string, Viewer>()
  readonly #deps: AudienceDeps
  #entering = 0

  constructor(deps: AudienceDeps) {
    this.#deps = deps
  }

  /**
   * Opens a viewer's session with what is on air, as far as `scope` goes.
   * @param offered the player's own offer, to be answered if there is room for its layout; else the server offers
   * @throws Fault `media_not_ready`, `stage_full`, `sdp_refused`
   */
  async watch(
    personId: string,
    receivable: Receivable,
    scope: Scope,
    offered: DirectOffer | null = null,
  ): Promise<Viewer> {
    const { limits, log, programme } = this.#deps
    const onAir = this.#inScope(scope, personId)
    const media = this.#deps.media()
    if (!programme().live || onAir.length === 0 || !media) throw notReady()
    this.#makeRoomFor(personId)
    if (this.viewers.size + this.#entering >= limits.viewersPerShowMax) throw stageFull()
    const slot = media.viewerSlot(limits)
    // Counted before there is a transport, so that a rush cannot overfill.
    slot.viewers++
    this.#entering++
    let viewer: Viewer
    let leave = (): void => {}
    try {
      const own = offered && (await media.layoutEgress(slot, offered.layout, limits))
      const direct = own ? offered : null
      const egress = own ?? (await media.egress(slot))
      leave = egress.enter()
      const sourcesNow = () =>
        Promise.all(this.#inScope(scope, personId).map((one) => this.#source(one, egress)))
      const sources = await sourcesNow()
      const onClosed = (closed: Viewer): void => {
        this.viewers.delete(closed.id)
        slot.viewers--
        leave()
      }
      const renewed = () => (this.#deps.refresh?.() ?? Promise.resolve()).then(sourcesNow)
      const more = scope === 'main' ? null : renewed
      const needed = (id: string) => (more ? qualityNeeded(programme().layout, id) : 'auto')
      const about = { personId, scope, egress, sources, more, needed, receivable, direct }
      viewer = await openViewer({ ...about, limits, log, onClosed })
    } catch (error) {
      slot.viewers--
      leave()
      const still = new Set(programme().sent.map(({ id }) => id))
      throw onAir.every(({ id }) => still.has(id)) ? error : notReady() // the host dropped meanwhile
    } finally {
      this.#entering--
    }
    if (viewer.state !== 'closed') this.viewers.set(viewer.id, viewer)
    this.settle()
    if (viewer.state === 'closed') throw notReady()
    return viewer
  }

  /** Fits pictures to the layout. WHEP has no way to add a track: a viewer who cannot ask for more, and whose session lacks one, has to ask anew. */
  settle(): void {
    if (this.viewers.size === 0) return
    const wanted = this.#inScope('main', '')
    for (const viewer of [...this.viewers.values()]) {
      viewer.fit()
      if (viewer.scope !== 'main') continue
      if (wanted.some(({ id }) => !viewer.sourceIds.has(id))) viewer.close()
    }
  }

  /** Null while there is no picture. */
  main(): MainPicture | null {
    const { live } = this.#deps.programme()
    const seen = this.#inScope('main', '').filter(({ paused }) => !paused)
    const video = seen.find(({ source }) => source !== 'microphone')
    if (!live || !video) return null
    const heard = seen.filter(({ source }) => source === 'microphone')
    return { videoId: video.id, audioIds: heard.map(({ id }) => id) }
  }

  /** Whether any session has what this producer sends. */
  uses(producerId: string): boolean {
    return [...this.viewers.values()].some(({ sourceIds }) => sourceIds.has(producerId))
  }

  #inScope(scope: Scope, viewerId: string): readonly Sent[] {
    const { sent: all, layout } = this.#deps.programme()
    if (scope === 'all') return all
    if (scope === 'others') return all.filter(({ personId }) => personId !== viewerId)
    const sent = all.filter(({ personId }) => personId !== layout.rival?.personId)
    const main = onlyTile(layout)
    const isMain = ({ personId, source }: Sent) =>
      personId === main?.seat.personId && (source === main.source || source === 'microphone')
    const said = ({ source }: Sent) => source === 'microphone'
    return [...sent.filter(isMain), ...sent.filter((one) => said(one) && !isMain(one))]
  }

  async #source({ id, personId, source }: Sent, egress: Egress): Promise<ViewerSource> {
    return {
      id,
      mirror: await egress.mirror(await this.#deps.producer(id)),
      streamId: `${personId}.${source === 'screen' ? 'screen' : 'camera'}`,
      trackId: `${personId}.${source}`,
    }
  }

  /** One person's windows share a few sessions; the oldest goes first, so that nobody can fill the stage alone. */
  #makeRoomFor(personId: string): void {
    const own = [...this.viewers.values()].filter((viewer) => viewer.personId === personId)
    const surplus = own.length + 1 - this.#deps.limits.sessionsPerPersonMax
    for (const viewer of own.slice(0, Math.max(0, surplus))) viewer.close()
  }
}

/** The picture that who can show only one gets: the show's own, also in a battle. */
const onlyTile = ({ rival: _, ...own }: StageLayout): Tile | null => arrange(own).tiles[0] ?? null
