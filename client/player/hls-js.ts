import type { HlsConfig } from 'hls.js'
import type Hls from 'hls.js/light'

/**
 * Plays a playlist in a video element by hls.js, with one recovery of a decoder that stumbles.
 * @returns null where there is no MediaSource (iPhones): the browser itself plays then
 */
export async function openHls(
  video: HTMLVideoElement,
  url: string,
  config: Partial<HlsConfig>,
  onTrouble: () => void,
): Promise<Hls | null> {
  const { default: HlsLight } = await import('hls.js/light')
  if (!HlsLight.isSupported()) return null
  // Its worker would be a blob, which our pages do not allow.
  const hls: Hls = new HlsLight({ ...config, enableWorker: false })
  let recovered = false
  hls.on(HlsLight.Events.ERROR, (_event, { fatal, type }) => {
    if (!fatal) return
    if (type === HlsLight.ErrorTypes.MEDIA_ERROR && !recovered) {
      recovered = true
      hls.recoverMediaError()
    } else onTrouble()
  })
  hls.loadSource(url)
  hls.attachMedia(video)
  return hls
}
