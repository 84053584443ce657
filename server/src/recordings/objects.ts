/** Addresses of what storage holds, and the keys under which it does. */

export const TAKES = 'takes'
export const CLIPS = 'clips'
export const takeFolder = (takeId: string): string => `${TAKES}/${takeId}`
export const initKey = (takeId: string): string => `${takeFolder(takeId)}/init.mp4`
export const segmentKey = (takeId: string, seq: number): string => `${takeFolder(takeId)}/${seq}.m4s`
export const clipKey = (clipId: string): string => `${CLIPS}/${clipId}.mp4`

export const initUrl = (takeId: string): string => `/recordings/${initKey(takeId)}`
export const segmentUrl = (takeId: string, seq: number): string => `/recordings/${segmentKey(takeId, seq)}`
export const clipUrl = (clipId: string): string => `/recordings/${clipKey(clipId)}`
export const playlistUrl = (showId: string): string => `/recordings/shows/${showId}.m3u8`
export const takePlaylistUrl = (takeId: string): string => `/recordings/${takeFolder(takeId)}.m3u8`
/** A segment of a replay that is not as storage has it: with other sound, or cut. */
export const splicedUrl = (showId: string, takeId: string, seq: number): string =>
  `/recordings/shows/${showId}/${takeId}/${seq}.m4s`
