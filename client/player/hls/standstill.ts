/** What is asked of a video element here. */
type Picture = Pick<HTMLVideoElement, 'currentTime' | 'paused'> & { ownerDocument: Pick<Document, 'hidden'> }

const LOOK_MS = 1000
/** Longer than a server lets a playlist wait for its first part, and than it takes to notice that a host is gone. */
const LOOKS = 17

/**
 * Tells of a picture that should move and has stood at one moment for 17 seconds: a player can wait for ever for what
 * never comes and call it no error. One that is paused or out of sight may stand.
 * @returns what ends the watch
 */
export function onStandstill(video: Picture, told: () => void): () => void {
  let at = video.currentTime
  let looks = 0
  const timer = setInterval(() => {
    const mayStand = video.paused || video.ownerDocument.hidden
    looks = mayStand || video.currentTime !== at ? 0 : looks + 1
    at = video.currentTime
    if (looks < LOOKS) return
    looks = 0
    told()
  }, LOOK_MS)
  return () => clearInterval(timer)
}
