import { type ReadonlySignal, signal } from '@preact/signals'
import type { Problem } from '@shelfcast/shared/errors.ts'
import { ApiError } from '../../kit/api.ts'
import type { CallOutput, Rpc } from '../../kit/rpc/rpc.ts'
import { isOnAir, isOver, type Phase, sendsNothing } from './phase.ts'
import type { Outgoing, Publisher } from './publisher.ts'

export type Show = CallOutput<'stage.join'>['show']
type Joined = CallOutput<'stage.join'>

/** The host's place on stage, kept over reloads, lost connections and moved servers. */
export interface Stage {
  readonly phase: ReadonlySignal<Phase>
  readonly show: ReadonlySignal<Show | null>
  goLive(): Promise<void>
  /** Tells what should be sent now; takes effect while on air. */
  send(outgoing: Outgoing): void
  /** Tries again after `refused`. */
  retry(): void
  /** Takes the seat from the window or the encoder that has it, after `replaced`, `elsewhere` or `beside`. */
  takeOver(): void
  /** Whether this host works for the merchant; null until the seat is had. */
  readonly member: ReadonlySignal<boolean | null>
  /** Whether who runs the show silenced this host. */
  readonly silenced: ReadonlySignal<boolean>
  /** Goes off air for good, and is ready again. @throws ApiError, NetworkError */
  leave(): Promise<void>
  /** The show was ended from here. */
  ended(show: Show): void
  close(): void
}

export interface StageDeps {
  tenantId: string
  showId: string
  /** Names this window over its reloads. */
  windowId: string
  rpc: Rpc
  openPublisher(rpc: Rpc, joined: Joined, onBroken: () => void): Promise<Publisher>
  /** Resolves when the devices are open, or could not be opened: what is to be sent then. */
  outgoing(): Promise<Outgoing>
  /** A failure that the host should read; the phase alone does not tell it. */
  onFailure(error: unknown): void
}

const RETRY_MS = { first: 500, max: 4000 }

export function createStage(deps: StageDeps): Stage {
  const { tenantId, showId, rpc } = deps
  const phase = signal<Phase>({ at: 'joining' })
  const show = signal<Show | null>(null)
  const member = signal<boolean | null>(null)
  const silenced = signal(false)
  let joined: Joined | null = null
  let publisher: Publisher | null = null
  let latest: Outgoing | null = null
  /** Counts attempts: what an older one comes back with is of no interest any more. */
  let attempt = 0
  let failures = 0
  /** Whether another window's seat is to be taken. */
  let takesOver = false
  /** Whether an encoder has, or had, the seat: then this window takes it only when it is told to. */
  let beside = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const dropMedia = () => {
    attempt += 1
    clearTimeout(timer)
    publisher?.close()
    publisher = null
  }

  const finish = (next: Phase) => {
    dropMedia()
    joined = null
    phase.value = next
  }

  /** On air as far as viewers know, but nothing reaches them: count down with them. */
  const recover = () => {
    const now = phase.peek()
    if (now.at === 'recovering' || !isOnAir(now)) return
    const seen = show.peek()?.status !== 'scheduled'
    phase.value = { at: 'recovering', deadline: seen && joined ? performance.now() + joined.graceMs : null }
  }

  const refuse = (problem: Problem) => {
    if (problem.code === 'show_ended') finish({ at: 'ended' })
    else if (problem.code === 'host_elsewhere' && problem.extra?.by === 'encoder') void attend()
    else if (problem.code === 'host_elsewhere') finish({ at: 'elsewhere' })
    else finish({ at: 'refused', problem })
  }

  const later = (work: () => Promise<void>) => {
    const waitMs = Math.min(RETRY_MS.max, RETRY_MS.first * 2 ** failures)
    failures += 1
    clearTimeout(timer)
    timer = setTimeout(() => void work(), waitMs * (0.5 + Math.random() / 2))
  }

  /** Runs the show without a seat. */
  const attend = async () => {
    dropMedia()
    const mine = attempt
    beside = true
    joined = null
    try {
      const answer = await rpc.call('stage.attend', { tenantId, showId })
      if (mine !== attempt) return
      failures = 0
      member.value = answer.member
      show.value = answer.show
      phase.value = { at: answer.show.status === 'ended' ? 'ended' : 'beside' }
    } catch (error) {
      if (mine === attempt) entryFailed(error, attend)
    }
  }

  const entryFailed = (error: unknown, again: () => Promise<void>) => {
    if (error instanceof ApiError && !error.problem.retry) refuse(error.problem)
    else if (rpc.status.peek() === 'up') later(again) // else `onUp` comes
  }

  const join = async () => {
    dropMedia()
    const mine = attempt
    try {
      const answer = await rpc.call('stage.join', {
        tenantId,
        showId,
        windowId: deps.windowId,
        takeOver: takesOver,
      })
      if (mine !== attempt) return
      failures = 0
      takesOver = false
      joined = answer
      member.value = answer.member
      show.value = answer.show
      if (answer.show.status === 'ended') finish({ at: 'ended' })
      else if (answer.resumed || isOnAir(phase.peek())) await air(answer)
      else phase.value = { at: 'ready' }
    } catch (error) {
      if (mine === attempt) entryFailed(error, join)
    }
  }

  /** Sends, then goes on air, so that nobody is called to a picture that is not there. */
  const air = async (seat: Joined) => {
    dropMedia()
    const mine = attempt
    if (phase.peek().at !== 'recovering') phase.value = { at: 'starting' }
    try {
      const outgoing = await deps.outgoing()
      const opened = await deps.openPublisher(rpc, seat, () => mine === attempt && rejoin())
      if (mine !== attempt) return opened.close()
      publisher = opened
      await opened.send(latest ?? outgoing)
      const live = await rpc.call('stage.goLive', {})
      if (mine !== attempt) return
      failures = 0
      show.value = live
      phase.value = { at: 'live' }
    } catch (error) {
      if (mine === attempt) airFailed(error)
    }
  }

  const airFailed = (error: unknown) => {
    if (error instanceof ApiError && !error.problem.retry) {
      if (error.problem.code === 'show_ended') return finish({ at: 'ended' })
      dropMedia()
      phase.value = { at: 'ready' }
      deps.onFailure(error)
      return
    }
    recover()
    if (rpc.status.peek() === 'up') later(join)
  }

  const rejoin = () => {
    recover()
    if (rpc.status.peek() === 'up') void join()
  }

  const again = (takeOver: boolean) => {
    if (!sendsNothing(phase.peek()) || phase.peek().at === 'ended') return
    beside = false
    phase.value = { at: 'joining' }
    takesOver = takeOver // until a seat is had: a try may fail
    void join()
  }

  const stops = [
    rpc.onUp(() => {
      if (!isOver(phase.peek())) void (beside ? attend() : join())
    }),
    rpc.on('stage.left', ({ reason }) => {
      if (reason === 'ended') finish({ at: 'ended' })
      else if (reason === 'encoder') void attend()
      else if (reason === 'replaced' || reason === 'removed') finish({ at: reason })
      else if (reason === 'media_lost') {
        dropMedia()
        recover()
        later(join)
      } else {
        dropMedia() // the server goes away; the connection comes back to another, and `onUp` joins there
        recover()
      }
    }),
    rpc.on('stage.silenced', (event) => {
      silenced.value = event.silenced
    }),
    rpc.status.subscribe((status) => {
      if (status === 'down') {
        dropMedia()
        if (isOnAir(phase.peek())) recover()
        else if (!isOver(phase.peek())) phase.value = { at: 'joining' }
      }
      const refusal = rpc.refusal.peek()
      if (status === 'refused' && refusal) refuse(refusal)
    }),
  ]

  return {
    phase,
    show,
    async goLive() {
      if (joined && phase.peek().at === 'ready') await air(joined)
    },
    send(outgoing) {
      latest = outgoing
      const mine = attempt
      publisher?.send(outgoing).catch(() => mine === attempt && rejoin())
    },
    member,
    silenced,
    async leave() {
      await rpc.call('stage.leave', {})
      dropMedia()
      phase.value = { at: 'joining' }
      await join()
    },
    retry: () => again(false),
    takeOver: () => again(true),
    ended(last) {
      show.value = last
      finish({ at: 'ended' })
    },
    close() {
      finish(phase.peek())
      for (const stop of stops) stop()
    },
  }
}
