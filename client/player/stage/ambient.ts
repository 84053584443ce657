const EVERY_MS = 500

/**
 * Paints the video, tiny, onto a canvas that CSS blurs and stretches: behind a landscape picture on a portrait stage,
 * instead of black bars, and behind the words when the host's tracks have ended, of which a video shows only black.
 * Two small paintings a second, none while hidden.
 */
export function paintAmbient(video: HTMLVideoElement, canvas: HTMLCanvasElement): () => void {
  const context = canvas.getContext('2d')
  const timer = setInterval(() => {
    const { srcObject, readyState } = video
    const running = srcObject instanceof MediaStream && srcObject.active
    if (!running || document.hidden || readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return
    context?.drawImage(video, 0, 0, canvas.width, canvas.height)
  }, EVERY_MS)
  return () => clearInterval(timer)
}
