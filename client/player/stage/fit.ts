/** A picture may lose this share of itself to fill the stage; beyond that it is shown whole, on its own blurred colours. */
const CROP_MAX = 0.4

/** How a picture stands in its frame: it fills it, unless too much of it would be lost. */
export const fitOf = (video: HTMLVideoElement, frame: HTMLElement): 'cover' | 'contain' =>
  lossOf(video, frame) > CROP_MAX ? 'contain' : 'cover'

/** The share of the picture that is cut off where it fills the frame. */
function lossOf({ videoWidth, videoHeight }: HTMLVideoElement, frame: HTMLElement): number {
  const { clientWidth, clientHeight } = frame
  if (!videoWidth || !videoHeight || !clientWidth || !clientHeight) return 0
  const ratio = videoWidth / videoHeight / (clientWidth / clientHeight)
  return 1 - Math.min(ratio, 1 / ratio)
}
