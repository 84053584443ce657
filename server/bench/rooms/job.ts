import { z } from 'zod'

/** What the bench tells the load processes and the servers, and what they answer. */

export const KINDS = ['shelfcast', 'uws', 'uws in batches', 'socket.io on uws', 'socket.io', 'ws'] as const
export type Kind = (typeof KINDS)[number]

/** How frames to all are sent: as they are, compressed by the WebSocket, or as MessagePack. */
export const ENCODINGS = ['json', 'deflate', 'binary'] as const
export type Encoding = (typeof ENCODINGS)[number]

export const loadCommand = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('connect'),
    kind: z.enum(KINDS),
    encoding: z.enum(ENCODINGS),
    ports: z.array(z.number()),
    /** Viewers are dealt to the rooms in turn. */
    rooms: z.array(z.string()),
    viewers: z.number(),
    /** Whether they speak and are measured, or only sit there. */
    idle: z.boolean(),
    /** Which part of them stops reading once they are in. */
    stuck: z.number(),
  }),
  z.object({
    do: z.literal('run'),
    /** Over all viewers, one at a time. */
    linesPerS: z.number(),
    warmMs: z.number(),
    measureMs: z.number(),
    /** What a line says behind its stamp. */
    padding: z.string(),
  }),
  /** Loses every connection, and after a while makes them all again at once, each from where it was. */
  z.object({ do: z.literal('cut'), awayMs: z.number(), missedMin: z.number() }),
  /** Connects all at once to another server, each from where it was, and again whoever was not let in, as the player does. */
  z.object({ do: z.literal('storm'), port: z.number() }),
])
export type LoadCommand = z.infer<typeof loadCommand>

export const loadReport = z.object({
  sent: z.number(),
  /** Lines received, of those sent in the measured time. */
  delivered: z.number(),
  bytes: z.number(),
  closed: z.number(),
  /** Milliseconds, as base64 of a Float32Array. */
  chatMs: z.string(),
  stateMs: z.string(),
})

export const serverCommand = z.discriminatedUnion('do', [
  /** Collects garbage, then says how much memory is resident. */
  z.object({ do: z.literal('memory') }),
  /** Publishes so many state events a second to the first room; 0 stops. */
  z.object({ do: z.literal('state'), perS: z.number() }),
  /** Says the sums of what was dropped, by class. */
  z.object({ do: z.literal('drops') }),
])

export const serverOptions = z.object({
  kind: z.enum(KINDS),
  encoding: z.enum(ENCODINGS),
  rooms: z.array(z.string()),
  /** Chat lines a second that a room shows; null shows all. */
  displayPerS: z.nullable(z.number()),
  /** A window that does not adapt, in milliseconds; null lets it. */
  flushMs: z.nullable(z.number()),
  /** socket.io's connection state recovery. */
  recovery: z.boolean(),
})
export type ServerOptions = z.infer<typeof serverOptions>

/** How a viewer came back: `missed` counts state events that it did not get, doubled ones included. */
export const returnReport = z.object({
  returned: z.number(),
  recovered: z.number(),
  missed: z.number(),
  replayMs: z.string(),
})

export const stormReport = z.object({
  inside: z.number(),
  /** Those that missed no state event. */
  recovered: z.number(),
  attemptsMax: z.number(),
  /** Ends that a client cannot mend by coming again. */
  errors: z.number(),
  joinMs: z.string(),
})

export const encodeSamples = (samples: readonly number[]): string =>
  Buffer.from(Float32Array.from(samples).buffer).toString('base64')

export function decodeSamples(text: string): number[] {
  const bytes = Buffer.from(text, 'base64')
  return Array.from(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)))
}

/** The time that all processes of a machine share, in milliseconds with fractions. */
export const sharedNow = (): number => performance.timeOrigin + performance.now()

/** A line's text says when it was said; the length is that of a usual line. */
export const stamped = (mark: '@' | '#'): string => `${mark}${sharedNow().toFixed(2)}${mark}`
export const PADDING = ' this looks so good, does it come in blue?'
