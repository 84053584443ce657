import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { ChatLine, Me, ShowView, Snapshot, TipView } from '@shelfcast/shared/protocol/parts.ts'

/**
 * `connecting` the first attempt is under way · `full` there was no place for us yet, it is tried again · `live` joined, events flow · `reconnecting` the connection was lost
 * and is being made again · `ended` the show is over, nothing more will come · `refused` the server will not have
 * us, see `refusal`.
 */
export type RoomStatus = 'connecting' | 'full' | 'live' | 'reconnecting' | 'ended' | 'refused'

/** All that is needed to draw the room; a new object whenever something in it changed. */
export type RoomState = Snapshot & {
  /** False while this server does not hear those of other viewers: some chat is missing. */
  whole?: boolean
  /** The show as a picture that is behind still shows it; absent where that is as the show is. */
  seenShow?: ShowView
  /** Who on stage speaks, where there are several. */
  speakerId?: string | null
  /** How many wait for their turn to order, by flash sale. */
  waiting?: Readonly<Record<string, number>>
}

export type SayResult =
  | { ok: true; line: ChatLine }
  /** `error` is a code of the catalogue, or `timeout` when no answer came (the line may have been heard). */
  | { ok: false; error: ErrorCode | 'timeout'; retryAfterMs: number | null }

/** What `on` can listen to, and what it hands over. */
export interface RoomEvents {
  status: RoomStatus
  /** After every frame that changed it. */
  state: RoomState
  me: Me
  /** New lines as they come, one's own included (on its acknowledgement); each line once. */
  chat: ChatLine[]
  /** A tip to show an effect for; each tip once. */
  tip: TipView
  /** Every message as it came, for what the other events do not tell, e.g. `deleted` for lines on the screen. */
  event: Down
}

export interface RoomConnection {
  readonly status: RoomStatus
  /** Null until the first welcome. Kept while reconnecting. */
  readonly state: RoomState | null
  readonly me: Me | null
  /** Why the server refused, as a code of the catalogue; null unless `status` is `refused`. */
  readonly refusal: ErrorCode | null
  /** The newest one that this connection was given, for orders in a flash sale; null before, and once it is too old. */
  readonly orderTicket: string | null
  on<E extends keyof RoomEvents>(event: E, listener: (value: RoomEvents[E]) => void): () => void
  /** Milliseconds since 1970 on the server's clock, from the best of several samples. */
  serverNow(): number
  /** Resolves when the room heard the line or refused it; never rejects. */
  say(text: string): Promise<SayResult>
  /** Counts a tap at once on this screen; told to the server in batches, at most one a second. */
  like(count?: number): void
  /** Takes a new ticket for this connection, e.g. after signing in. False where the server refused it. */
  refresh(): Promise<boolean>
  /** Leaves. Nothing is told any more; the status stays as it was. Idempotent. */
  close(): void
}

/** The part of WebSocket that is used: the browser's, or that of the `ws` package. */
export interface SocketLike {
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(data: string): void
  close(code?: number): void
}

export type SocketConstructor = new (url: string) => SocketLike

export interface RoomOptions {
  /** `wss://host/rooms` */
  url: string
  /**
   * Gives a room ticket for a connection, where none was renewed over the last one. When it rejects, it is asked again after a wait; when it rejects with
   * a `RoomRefused`, that is final.
   */
  getTicket(): Promise<string>
  /** The WebSocket constructor, where there is no global one. */
  WebSocket?: SocketConstructor
  /** Waits between attempts grow from the first to the second (milliseconds), each drawn at random below it. */
  backoffMs?: { first: number; max: number }
  /** How long an answer may take before the connection counts as dead: 8 s unless told. */
  answerMsMax?: number
  /** How long after joining the ticket is renewed over the socket: 5 s unless told. */
  renewAfterMs?: number
  /** How often the connection is tried and the clock set: 20 s unless told. */
  heartbeatMs?: number
}
