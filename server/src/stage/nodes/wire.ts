import { stageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { SOURCES, stageLeft } from '@shelfcast/shared/rpc/studio.ts'
import { z } from 'zod'
import { asking } from '../../kernel/ask.ts'
import { leadStep } from '../leading.ts'

/** What stage nodes ask each other. mediasoup's own objects are parsed where they are used. */

const nothing = z.null()
const showId = z.string()
const ofShow = z.object({ showId })

/** What there is to see of a show, as its home tells other nodes. A later one has a higher version, or fence. */
const told = z.object({
  fence: z.int(),
  version: z.int(),
  live: z.boolean(),
  layout: stageLayout,
  sent: z.array(
    z.object({ id: z.string(), personId: z.string(), source: z.enum(SOURCES), paused: z.boolean() }),
  ),
})
export type Told = z.output<typeof told>

/** To a show's home: tell this node what there is to see, now and whenever it changes. Asked again, it stays so. */
export const follow = asking({ name: 'stage.follow', input: ofShow, output: told })

/** From a show's home to who follows it; null: it is the home no more. */
export const programme = asking({
  name: 'stage.programme',
  input: z.object({ showId, told: told.nullable() }),
  output: z.object({ follows: z.boolean() }),
})

export const unfollow = asking({ name: 'stage.unfollow', input: ofShow, output: nothing })

/** One end of a pipe: where its UDP packets go, and the key (AES-256-GCM, base64) of what it sends. */
const pipeEnd = z.object({
  ip: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(1).max(65_535),
  key: z.string().max(100),
})
export type PipeEnd = z.output<typeof pipeEnd>

const pipeOffer = z.object({
  end: pipeEnd,
  kind: z.enum(['audio', 'video']),
  rtpParameters: z.unknown(),
  paused: z.boolean(),
})
export type PipeOffer = z.output<typeof pipeOffer>

/** To a show's home: send what this producer sends, all layers, to that end. Asked again, it takes the former's place. */
export const pipe = asking({
  name: 'stage.pipe',
  input: z.object({ showId, producerId: z.string(), end: pipeEnd }),
  output: pipeOffer,
})

/** Names a seat that a host has by way of another node; made by that node, which may take back what got no answer. */
const seat = z.string().min(16)
const ofSeat = z.object({ seat })
const mediasoupObject = z.record(z.string(), z.unknown())

/** To a show's home: a seat for a host whose socket is on this node. Who may have one was looked up there. */
export const takeSeat = asking({
  name: 'stage.takeSeat',
  input: ofSeat.extend({
    tenantId: z.string(),
    showId,
    comer: z.object({
      personId: z.string(),
      windowId: z.string().optional(),
      takeOver: z.boolean().exactOptional(),
      name: z.string(),
      mayLead: z.boolean(),
      leads: z.boolean(),
    }),
  }),
  output: z.object({ routerRtpCapabilities: mediasoupObject, resumed: z.boolean() }),
})

export const openTransport = asking({
  name: 'stage.openTransport',
  input: ofSeat,
  output: z.object({
    id: z.string(),
    iceParameters: mediasoupObject,
    iceCandidates: z.array(mediasoupObject),
    dtlsParameters: mediasoupObject,
  }),
})

export const startSending = asking({
  name: 'stage.startSending',
  input: ofSeat.extend({
    kind: z.enum(['audio', 'video']),
    source: z.enum(SOURCES),
    rtpParameters: z.unknown(),
  }),
  output: z.object({ producerId: z.string() }),
})

const hostStep = z.discriminatedUnion('is', [
  z.object({ is: z.literal('connect'), dtlsParameters: z.unknown() }),
  z.object({ is: z.literal('setPaused'), producerId: z.string(), paused: z.boolean() }),
  z.object({ is: z.literal('closeProducer'), producerId: z.string() }),
  z.object({ is: z.literal('goLive') }),
  z.object({ is: z.literal('leave') }),
  z.object({ is: z.literal('stepDown') }),
])
export type HostStep = z.output<typeof hostStep>

/** What a host does with its seat. @throws Fault `not_found` where the home does not know it */
export const takeStep = asking({
  name: 'stage.takeStep',
  input: ofSeat.extend({ step: hostStep }),
  output: nothing,
})

/** To a show's home: these seats are still held here. It says which it does not know. */
export const keepSeats = asking({
  name: 'stage.keepSeats',
  input: z.object({ seats: z.array(seat) }),
  output: z.object({ unknown: z.array(seat) }),
})

/** From a show's home: whether a seat is still held there, of which nothing was heard for a while. */
export const holdsSeat = asking({
  name: 'stage.holdsSeat',
  input: ofSeat,
  output: z.object({ holds: z.boolean() }),
})

export const seatLeft = asking({
  name: 'stage.seatLeft',
  input: ofSeat.extend({ reason: stageLeft.shape.reason }),
  output: nothing,
})

export const seatSilenced = asking({
  name: 'stage.seatSilenced',
  input: ofSeat.extend({ silenced: z.boolean() }),
  output: nothing,
})

/** To a show's home: what somebody who runs it does. Who that is was looked up by the node that asks. */
export const lead = asking({
  name: 'stage.lead',
  input: ofShow.extend({ leader: z.object({ personId: z.string(), mayLead: z.boolean() }), step: leadStep }),
  output: nothing,
})

/** To a show's home: this person is on its stage no more. */
export const dismiss = asking({
  name: 'stage.dismiss',
  input: ofShow.extend({ personId: z.string() }),
  output: nothing,
})

/** To a show's home: somebody has ended it. */
export const showEnded = asking({
  name: 'stage.showEnded',
  input: ofShow.extend({ tenantId: z.string() }),
  output: nothing,
})
