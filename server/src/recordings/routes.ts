import {
  deleteRecording,
  getRecording,
  getReplay,
  listItemClips,
  listReplayLines,
  updateRecording,
} from '@shelfcast/shared/api/replays.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Recordings } from './recordings.ts'

export const recordingRoutes = ({ replays }: Pick<Recordings, 'replays'>): Route[] => [
  handle(getReplay, ({ params }) => replays.view(params.showId)),
  handle(listReplayLines, async ({ params, query }) => ({
    items: await replays.lines(params.showId, query.fromMs, query.untilMs),
  })),
  handle(listItemClips, async ({ params }) => ({
    items: await replays.clipsOfItem(params.showId, params.itemId),
  })),
  handle(getRecording, ({ params }) => replays.recording(params.tenantId, params.showId)),
  handle(updateRecording, ({ params, body }) =>
    replays.setHidden(params.tenantId, params.showId, body.hidden),
  ),
  handle(deleteRecording, async ({ params }) => {
    await replays.delete(params.tenantId, params.showId)
    return null
  }),
]
