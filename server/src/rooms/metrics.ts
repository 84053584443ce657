import type { DeliveryClass } from '@shelfcast/shared/protocol/message.ts'
import { Counter, Gauge } from 'prom-client'
import { createTally, type Metrics } from '../kernel/metrics.ts'
import type { Lane } from './transport.ts'

export type RoomMetrics = ReturnType<typeof createRoomMetrics>

export function createRoomMetrics(registry: Metrics, now: { viewers(): number; rooms(): number }) {
  const registers = [registry]
  new Gauge({
    name: 'shelfcast_room_viewers',
    help: 'Viewers connected to rooms of this process',
    registers,
    collect() {
      this.set(now.viewers())
    },
  })
  new Gauge({
    name: 'shelfcast_rooms',
    help: 'Rooms with viewers in this process',
    registers,
    collect() {
      this.set(now.rooms())
    },
  })
  return {
    drops: new Counter({
      name: 'shelfcast_room_drops_total',
      help: 'Events not delivered, by class and reason: slow_reader counts each viewer, all others once a room and node',
      labelNames: ['class', 'reason'] as const,
      registers,
    }),
    countEvent: createTally<DeliveryClass>(registry, {
      name: 'shelfcast_room_events_total',
      help: 'Events published to rooms with viewers, by delivery class',
      label: 'class',
    }),
    countFrame: createTally<Lane>(registry, {
      name: 'shelfcast_room_frames_total',
      help: 'Frames published, by lane; each goes to every viewer of a room',
      label: 'lane',
    }),
    joins: new Counter({
      name: 'shelfcast_room_joins_total',
      help: 'Answers to join, by outcome',
      labelNames: ['outcome'] as const,
      registers,
    }),
    resyncs: new Counter({
      name: 'shelfcast_room_resyncs_total',
      help: 'Viewers told to resync, and those closed because they stayed behind',
      labelNames: ['outcome'] as const,
      registers,
    }),
    flushMs: new Gauge({
      name: 'shelfcast_room_flush_ms',
      help: 'Present width of the flush window',
      registers,
    }),
  }
}
