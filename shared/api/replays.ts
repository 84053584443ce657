import { z } from 'zod'
import { CHAT_ROLES, stageLayout } from '../protocol/parts.ts'
import { amountMinor, contract, id, nothing, timeMs } from './contract.ts'

const tag = 'Replays'
const inShow = z.object({ showId: id })
const inTenantShow = z.object({ tenantId: id, showId: id })

export const replayMs = z.int().min(0).describe('Milliseconds from the beginning of the replay')

/** What one show said about a product: an MP4 file. */
export const clipView = z.object({
  id,
  productId: id,
  title: z.string(),
  url: z.string(),
  durationMs: z.int(),
  recordedAt: timeMs,
})
export type ClipView = z.infer<typeof clipView>

export const priceStepView = z.object({
  atMs: replayMs,
  priceMinor: amountMinor,
  listPriceMinor: amountMinor.nullable().describe('Where it was higher'),
  flash: z.boolean().describe('It was the price of a flash sale'),
})
export type PriceStepView = z.infer<typeof priceStepView>

/** A product that was pinned for a while. */
export const chapterView = z.object({
  atMs: replayMs,
  untilMs: replayMs,
  itemId: id,
  productId: id,
  title: z.string(),
  pictureUrl: z.string().nullable(),
  prices: z.array(priceStepView).describe('What it cost, from each moment on; in order'),
})
export type ChapterView = z.infer<typeof chapterView>

const picture = z.object({ personId: id, source: z.enum(['camera', 'screen']) })

/** How the stage looked, from a moment of the replay on. */
export const sceneView = z.object({
  atMs: replayMs,
  layout: stageLayout,
  /** The picture in the replay's own playlist. */
  shown: picture,
})
export type SceneView = z.infer<typeof sceneView>

/** A picture that is seen beside the one in the replay's own playlist, for a while. */
export const pictureBeside = z.object({
  ...picture.shape,
  /** Of an HLS playlist; what it sounds like is in the replay's own. */
  playlistUrl: z.string(),
  atMs: replayMs,
  untilMs: replayMs,
  fromMs: z.int().min(0).describe('Where in its own playlist `atMs` is'),
})
export type PictureBeside = z.infer<typeof pictureBeside>

export const replayView = z.object({
  /** `preparing`: the show has ended a moment ago. `none`: there is none, or it is not shown. */
  status: z.enum(['none', 'preparing', 'ready']),
  /** Of an HLS playlist. */
  playlistUrl: z.string().nullable(),
  durationMs: z.int(),
  chapters: z.array(chapterView),
  clips: z.array(clipView),
  /** In order; none where there was never more than one picture. */
  scenes: z.array(sceneView),
  pictures: z.array(pictureBeside),
})
export type ReplayView = z.infer<typeof replayView>

export const getReplay = contract({
  method: 'GET',
  path: '/shows/:showId/replay',
  tag,
  summary:
    'What can be seen of a show that has ended: its playlist, a chapter for each pinned product, clips, and how the stage looked',
  who: 'anyone',
  embed: true,
  params: inShow,
  output: replayView,
})

/** Of the replay that one call tells the comments of. */
export const REPLAY_LINES_MS_MAX = 10 * 60_000
export const REPLAY_LINES_MAX = 1000

export const listReplayLines = contract({
  method: 'GET',
  path: '/shows/:showId/replay/lines',
  tag,
  summary:
    'What was said in the chat while a part of the replay was live, in order; at most 10 minutes of it',
  who: 'anyone',
  embed: true,
  params: inShow,
  query: z.object({ fromMs: z.coerce.number().int().min(0), untilMs: z.coerce.number().int().min(1) }),
  output: z.object({
    items: z.array(
      z.object({ id, name: z.string(), role: z.enum(CHAT_ROLES), text: z.string(), atMs: replayMs }),
    ),
  }),
})

export const listItemClips = contract({
  method: 'GET',
  path: '/shows/:showId/shelf/:itemId/clips',
  tag,
  summary: "What the merchant's shows said about a product, the newest first",
  who: 'anyone',
  params: z.object({ showId: id, itemId: id }),
  output: z.object({ items: z.array(clipView) }),
})

/** A show's recording as its merchant sees it. */
export const recordingView = z.object({
  status: z.enum(['none', 'recording', 'ready', 'deleted']),
  hidden: z.boolean(),
  /** Why a part is missing. */
  trouble: z.enum(['storage_full', 'storage_failed', 'encoder_failed', 'too_many', 'sound_alone']).nullable(),
  clipsMissing: z.boolean().describe('Some clips could not be made; they are tried again for a day'),
  expiresAt: timeMs.nullable().describe('As the days are set now'),
  durationMs: z.int(),
  bytes: z.int(),
  clips: z.array(clipView),
})
export type RecordingView = z.infer<typeof recordingView>

export const getRecording = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/recording',
  tag,
  summary: 'What is kept of a show',
  who: 'shows:read',
  params: inTenantShow,
  output: recordingView,
})

export const updateRecording = contract({
  method: 'PATCH',
  path: '/tenants/:tenantId/shows/:showId/recording',
  tag,
  summary: 'Show the replay to viewers, or hide it',
  who: 'shows:write',
  params: inTenantShow,
  body: z.object({ hidden: z.boolean() }),
  output: recordingView,
})

export const deleteRecording = contract({
  method: 'DELETE',
  path: '/tenants/:tenantId/shows/:showId/recording',
  tag,
  summary: 'Delete the replay and its clips for good, once the show has ended',
  who: 'shows:write',
  params: inTenantShow,
  output: nothing,
  status: 204,
  errors: ['show_on_air'],
})
