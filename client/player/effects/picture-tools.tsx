import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { IconButton } from '../../kit/ui/button.tsx'
import { usePlayer } from '../context.ts'
import './picture-tools.css'
import { listenForShortcuts, SHORTCUTS } from './shortcuts.ts'
import { effectWords } from './words.ts'

/** Safari on an iPhone knows full screen for a video alone. */
type VideoElement = HTMLVideoElement & { webkitEnterFullscreen?: () => void }

const videoElement = () => document.querySelector<VideoElement>('.hls__video, .picture__video:only-of-type')

/** A refused request (no tap, a frame that may not) leaves everything as it is. */
const quietly = (done: Promise<unknown> | undefined) => void done?.catch(() => undefined)

function toggleFullScreen(): void {
  if (document.fullscreenElement) quietly(document.exitFullscreen())
  else if (document.fullscreenEnabled) quietly(document.documentElement.requestFullscreen())
  else videoElement()?.webkitEnterFullscreen?.()
}

function togglePictureInPicture(): void {
  const video = videoElement()
  if (document.pictureInPictureElement) quietly(document.exitPictureInPicture())
  else if (video && document.pictureInPictureEnabled) {
    video.disablePictureInPicture = false // set so that browsers lay no button of their own over the picture
    quietly(video.requestPictureInPicture())
  }
}

/** Full screen and picture in picture, where the browser has them. */
export function PictureTools() {
  const player = usePlayer()
  const t = effectWords.value
  const isFull = useSignal(false)
  useEffect(() => {
    const follow = () => {
      isFull.value = document.fullscreenElement !== null
    }
    document.addEventListener('fullscreenchange', follow)
    return () => document.removeEventListener('fullscreenchange', follow)
  }, [])
  const isPlaying = player.video.status.value === 'playing'
  useEffect(
    () =>
      isPlaying
        ? listenForShortcuts({ fullScreen: toggleFullScreen, pictureInPicture: togglePictureInPicture })
        : undefined,
    [isPlaying],
  )
  if (!isPlaying) return null
  const canFill = document.fullscreenEnabled || videoElement()?.webkitEnterFullscreen !== undefined
  return (
    <div class="picture-tools">
      {document.pictureInPictureEnabled && (
        <IconButton
          icon="pip"
          label={t.pictureInPicture}
          aria-keyshortcuts={SHORTCUTS.pictureInPicture}
          onClick={togglePictureInPicture}
          data-testid="pip"
        />
      )}
      {canFill && (
        <IconButton
          icon={isFull.value ? 'shrink' : 'expand'}
          label={isFull.value ? t.leaveFullScreen : t.fullScreen}
          aria-keyshortcuts={SHORTCUTS.fullScreen}
          onClick={toggleFullScreen}
          data-testid="full-screen"
        />
      )}
    </div>
  )
}
