import type { TemplatedApp } from 'uWebSockets.js'
import { STAGE_BATTLE } from '@shelfcast/shared/rpc/studio.ts'
import { Server, type Socket } from 'socket.io'
import type { Battles } from '../../battles/index.ts'
import type { CoHosts } from '../../cohosts/index.ts'
import type { Limits } from '../../config.ts'
import type { Actor } from '../../kernel/actor.ts'
import { Fault, found, toProblem } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Closable } from '../../kernel/ticker.ts'
import { isOwnOrigin } from '../http/authorise.ts'
import { type CallRow, createDispatch } from './call.ts'
import { createDesk, type DeskDeps, type DeskFeed } from './desk.ts'
import type { StudioSession } from './session.ts'
import { type StudioCallDeps, studioCalls } from './studio.ts'

export { tellDesks } from './news.ts'

export interface StudioDeps extends StudioCallDeps {
  actorOf(sessionToken: string | null): Promise<Actor | null>
  coHosts: Pick<CoHosts, 'isInvited' | 'isGuestHost'>
  battles: Pick<Battles, 'onMoved'>
  desk: DeskDeps
  publicUrl: string
  limits: { readonly [name in keyof Limits['studio']]: number }
  log: Log
}

export interface Studio extends Closable {
  readonly desk: DeskFeed
}

/** A host whose network is gone is missed after at most ten seconds. */
const PING_MS = 5000
/** uWS drops what is beyond `maxBackpressure` (bytes) without a word, so it is far above any answer. */
const SOCKET_OPTIONS = { path: '/socket.io', maxBackpressure: 4 * 1024 * 1024, idleTimeout: 60 }

/**
 * socket.io for studio and console on the server's own uWS app: WebSocket only, so that no balancer needs to be sticky
 * and no request body is read elsewhere; same origin only; signed in by the session cookie.
 */
export function mountStudio(app: TemplatedApp, deps: StudioDeps): Studio {
  const io = new Server({
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: deps.limits.callBytesMax,
    pingInterval: PING_MS,
    pingTimeout: PING_MS,
    allowRequest: ({ headers }, answer) =>
      isOwnOrigin(headers.origin ?? null, headers.host, deps.publicUrl)
        ? answer(null, true)
        : answer('origin_refused', false),
  })
  const desk = createDesk(deps.desk)
  const rows = new Map([...studioCalls(deps), ...desk.calls].map((row) => [row.name, row]))

  io.use((socket, next) => {
    const token = sessionToken(socket)
    signedIn(deps, token).then(
      () => next(),
      (error: unknown) => next(Object.assign(new Error('refused'), { data: toProblem(error) })),
    )
  })
  const sessions = new Set<StudioSession>()
  io.on('connection', (socket) => {
    const session = serve(socket, rows, deps)
    sessions.add(session)
    socket.on('disconnect', () => {
      sessions.delete(session)
      desk.forget(session)
    })
  })
  const stopListening = deps.battles.onMoved((showIds) => {
    for (const { show, send } of sessions) {
      if (show && showIds.includes(show.showId)) send(STAGE_BATTLE, {})
    }
  })
  io.attachApp(app, { ...SOCKET_OPTIONS }) // socket.io writes its own options into what it gets

  return {
    desk: desk.feed,
    close() {
      stopListening()
      return io.close()
    },
  }
}

function serve(
  socket: Socket,
  rows: ReadonlyMap<string, CallRow<StudioSession>>,
  deps: StudioDeps,
): StudioSession {
  const token = sessionToken(socket)
  const dispatch = createDispatch(rows, { callsPer10SMax: deps.limits.callsPer10SMax, log: deps.log })
  const session: StudioSession = {
    actor: () => signedIn(deps, token),
    send: (event, payload) => {
      socket.emit(event, payload)
    },
    show: null,
    host: null,
    closed: false,
  }
  socket.onAny((name: string, ...args: unknown[]) => {
    const reply = args.at(-1)
    if (typeof reply !== 'function') return // every call is acknowledged: without a callback it is none
    void dispatch(session, name, args[0]).then((answer) => reply(answer))
  })
  socket.on('disconnect', () => {
    session.closed = true
    session.host?.leave()
    session.host = null
  })
  return session
}

/** @throws Fault `not_signed_in`, `account_needed` */
async function signedIn(deps: Pick<StudioDeps, 'actorOf' | 'coHosts'>, token: string | null): Promise<Actor> {
  const actor = found(await deps.actorOf(token), 'not_signed_in')
  if (actor.guest && !(await deps.coHosts.isGuestHost(actor.personId))) throw new Fault('account_needed')
  return actor
}

const sessionToken = (socket: Socket): string | null =>
  /(?:^|;\s*)sid=([A-Za-z0-9_-]+)/.exec(socket.handshake.headers.cookie ?? '')?.[1] ?? null
