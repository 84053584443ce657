import { HOLD_MS } from './video.ts'

/** The last frames that lie over elements whose next stream has not begun. */
const held = new WeakMap<HTMLVideoElement, HTMLCanvasElement>()

/** Whether a last frame is seen in an element's place. */
export const isHeld = (element: HTMLVideoElement): boolean => held.has(element)

/**
 * Gives an element another stream. An element is black from then until the first frame of the new one, so its last frame
 * stays over it for so long.
 * @param onReleased it does no more; not told where the new stream shows itself
 */
export function changeStream(
  element: HTMLVideoElement,
  stream: MediaStream | null,
  onReleased: () => void = () => undefined,
): void {
  if (element.srcObject === stream) return
  const frame = stream && hasFrame(element) ? lastFrame(element) : null
  if (frame) {
    held.get(element)?.remove()
    held.set(element, frame)
    element.insertAdjacentElement('afterend', frame)
  }
  element.srcObject = stream
  if (!frame) return
  const release = (): void => {
    frame.remove()
    if (held.get(element) === frame) held.delete(element)
  }
  const late = setTimeout(() => {
    release()
    onReleased()
  }, HOLD_MS)
  const shown = (): void => {
    clearTimeout(late)
    release()
  }
  // Safari and Chromium tell when a frame is on the screen; others tell when playing begins.
  if ('requestVideoFrameCallback' in element) element.requestVideoFrameCallback(shown)
  else (element as HTMLVideoElement).addEventListener('playing', shown, { once: true })
}

const hasFrame = ({ readyState, videoWidth }: HTMLVideoElement): boolean =>
  readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && videoWidth > 0

/** Looks as the element does: of its class, and in its place. */
function lastFrame(element: HTMLVideoElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.className = element.className
  canvas.dataset.held = ''
  canvas.setAttribute('aria-hidden', 'true')
  canvas.style.cssText = 'position:absolute;inset:0;pointer-events:none'
  canvas.width = element.videoWidth
  canvas.height = element.videoHeight
  canvas.getContext('2d')?.drawImage(element, 0, 0)
  return canvas
}
