import { z } from 'zod'
import { id } from '../api/contract.ts'
import { iceServer, showView } from '../api/shows.ts'
import { LAYOUT_KINDS } from '../protocol/parts.ts'
import { call } from './call.ts'

/** mediasoup's own parameter objects are checked by mediasoup; here only that they are objects. */
const mediasoupObject = z.record(z.string(), z.unknown())

export const joinStage = call({
  name: 'stage.join',
  input: z.object({
    tenantId: id,
    showId: id,
    /** Names this window over its reloads. Another window asks its host before the seat of one on air is taken. */
    windowId: z.string().min(8).max(64),
    /** Takes the seat from another window that is there. */
    takeOver: z.boolean().default(false),
  }),
  output: z.object({
    show: showView,
    routerRtpCapabilities: mediasoupObject,
    iceServers: z.array(iceServer),
    /** True when this host was on stage a moment ago and the show waited (grace time). */
    resumed: z.boolean(),
    graceMs: z.int(),
    /** Whether one works for the merchant; who came by an invitation alone has no part in the shop. */
    member: z.boolean(),
  }),
})

/**
 * Instead of a seat, which an encoder of the same host has: what runs the show is open to this socket too. A seat that
 * it had is given up.
 */
export const attendStage = call({
  name: 'stage.attend',
  input: z.object({ tenantId: id, showId: id }),
  output: joinStage.output.pick({ show: true, member: true }),
})

/** The host's one send transport. Asking again replaces the former. */
export const createTransport = call({
  name: 'stage.createTransport',
  input: z.object({}),
  output: z.object({
    id,
    iceParameters: mediasoupObject,
    iceCandidates: z.array(mediasoupObject),
    dtlsParameters: mediasoupObject,
  }),
})

export const connectTransport = call({
  name: 'stage.connectTransport',
  input: z.object({ dtlsParameters: mediasoupObject }),
  output: z.null(),
})

export const SOURCES = ['camera', 'microphone', 'screen'] as const

export const produce = call({
  name: 'stage.produce',
  input: z.object({
    kind: z.enum(['audio', 'video']),
    source: z.enum(SOURCES),
    rtpParameters: mediasoupObject,
  }),
  output: z.object({ producerId: id }),
})

export const setPaused = call({
  name: 'stage.setPaused',
  input: z.object({ producerId: id, paused: z.boolean() }),
  output: z.null(),
})

export const closeProducer = call({
  name: 'stage.closeProducer',
  input: z.object({ producerId: id }),
  output: z.null(),
})

/** Makes the show live, or live again after a pause. Needs at least one producer. */
export const goLive = call({
  name: 'stage.goLive',
  input: z.object({}),
  output: showView,
})

/** Gives up the seat for good: coming back is going live anew. */
export const leaveStage = call({
  name: 'stage.leave',
  input: z.object({}),
  output: z.null(),
})

/**
 * How the pictures stand, and whose is the main one (null for who runs the show). Needs to run the show, as all below,
 * and `stage.join` or `stage.attend` before, but no seat.
 */
export const setLayout = call({
  name: 'stage.setLayout',
  input: z.object({ kind: z.enum(LAYOUT_KINDS), main: id.nullable() }),
  output: z.null(),
})

/** Silences another host until it is lifted; what that host does to its microphone counts again then. */
export const muteHost = call({
  name: 'stage.muteHost',
  input: z.object({ personId: id, muted: z.boolean() }),
  output: z.null(),
})

/** Takes another host off the stage; who came by an invitation does not come back by it. */
export const removeHost = call({
  name: 'stage.removeHost',
  input: z.object({ personId: id }),
  output: z.null(),
})

/** Lets another member on stage run the show from now on. */
export const handOver = call({
  name: 'stage.handOver',
  input: z.object({ personId: id }),
  output: z.null(),
})

/** Sent by the server: whether this host is silenced by who runs the show. */
export const STAGE_SILENCED = 'stage.silenced'
export const stageSilenced = z.object({ silenced: z.boolean() })

/** Sent by the server when a challenge or a battle of this host's show changed: look again. */
export const STAGE_BATTLE = 'stage.battle'
export const stageBattle = z.object({})

/**
 * Sent by the server when the seat is gone: another window of the same host took it, or its encoder, the show ended, the
 * server goes away, a media worker died (`media_lost`: join again, on this connection), or who runs the show removed this host.
 */
export const STAGE_LEFT = 'stage.left'
export const stageLeft = z.object({
  reason: z.enum(['replaced', 'encoder', 'ended', 'drained', 'media_lost', 'removed']),
})
