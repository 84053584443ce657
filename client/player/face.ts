import type { ShowView } from '@shelfcast/shared/protocol/parts.ts'
import type { RoomStatus } from '../kit/room.ts'
import type { VideoStatus } from '../kit/watch/video.ts'

/**
 * What stands where the picture should be. No viewer sees a blank: whenever frames do not run, one of these does.
 */
export type Face =
  | 'loading'
  | 'unknown'
  | 'unsupported'
  | 'refused'
  | 'offline'
  | 'full'
  | 'scheduled'
  | 'paused'
  | 'away'
  | 'ended'
  | 'connecting'
  | 'waiting'
  | 'trouble'

/** How entering the show went. */
export type Entry = 'entering' | 'entered' | 'unknown' | 'offline'

export interface Situation {
  entry: Entry
  show: Pick<ShowView, 'status' | 'hostAway'> | null
  room: RoomStatus
  video: VideoStatus
}

/** The face for a situation, or null when the picture itself is to be seen. */
export function faceOf({ entry, show, room, video }: Situation): Face | null {
  if (entry === 'unknown') return 'unknown'
  if (show?.status === 'ended' || room === 'ended') return 'ended'
  if (entry === 'offline') return 'offline'
  if (entry === 'entering' || !show) return room === 'refused' ? 'refused' : 'loading'
  if (room === 'full') return 'full'
  if (video === 'unsupported') return 'unsupported'
  if (show.hostAway) return 'away'
  if (show.status === 'paused') return 'paused'
  if (show.status === 'scheduled') return 'scheduled'
  if (room === 'refused') return 'refused'
  return videoFace(video)
}

function videoFace(video: Exclude<VideoStatus, 'unsupported'>): Face | null {
  switch (video) {
    case 'playing':
    case 'blocked':
      return null
    case 'idle':
    case 'connecting':
      return 'connecting'
    case 'waiting':
      return 'waiting'
    case 'trouble':
      return 'trouble'
  }
}
