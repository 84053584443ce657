const FRAMES_PER_S = 5
const WIDTH = 1280
const HEIGHT = 720

export interface Curtain {
  readonly track: MediaStreamTrack
  close(): void
}

/**
 * The picture while the camera is off or missing: the show's title on a calm ground. A real track, so that viewers
 * see why there is no camera, and those who come later get a first frame; and the camera's own light can go out.
 * @param words read for every frame, so that a change of title or language shows
 */
export function drawCurtain(words: () => { title: string; note: string }): Curtain {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const brush = canvas.getContext('2d', { alpha: false })
  const draw = () => brush && paint(brush, words())
  draw()
  const stream = canvas.captureStream(FRAMES_PER_S)
  // A canvas that is not drawn on sends no frames, and a late viewer's key frame request would find none.
  const timer = setInterval(draw, 1000 / FRAMES_PER_S)
  return {
    track: stream.getVideoTracks()[0]!, // the stream of a canvas has exactly one
    close() {
      clearInterval(timer)
      for (const track of stream.getTracks()) track.stop()
    },
  }
}

function paint(brush: CanvasRenderingContext2D, { title, note }: { title: string; note: string }): void {
  const ground = brush.createLinearGradient(0, 0, WIDTH, HEIGHT)
  ground.addColorStop(0, '#15322a')
  ground.addColorStop(1, '#0c100f')
  brush.fillStyle = ground
  brush.fillRect(0, 0, WIDTH, HEIGHT)
  brush.textAlign = 'center'
  brush.textBaseline = 'middle'
  // Narrow enough for the middle of the picture, which is all that an upright phone shows of it.
  brush.fillStyle = '#f3f5f2'
  brush.font = '600 44px system-ui, sans-serif'
  brush.fillText(title, WIDTH / 2, HEIGHT / 2 - 26, WIDTH * 0.9)
  brush.fillStyle = '#a9b4af'
  brush.font = '400 28px system-ui, sans-serif'
  brush.fillText(note, WIDTH / 2, HEIGHT / 2 + 34, WIDTH * 0.9)
}
