const EVERY_MS = 500

/**
 * Paints the video, tiny, onto a canvas that CSS blurs and stretches behind it, so that a landscape picture on a
 * portrait stage stands on its own colours instead of black bars. Two small paintings a second, none while hidden.
 */
export function paintAmbient(video: HTMLVideoElement, canvas: HTMLCanvasElement): () => void {
  const context = canvas.getContext('2d', { alpha: false })
  const timer = setInterval(() => {
    const shown = getComputedStyle(canvas).display !== 'none'
    if (!shown || document.hidden || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return
    context?.drawImage(video, 0, 0, canvas.width, canvas.height)
  }, EVERY_MS)
  return () => clearInterval(timer)
}
