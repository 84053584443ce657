/// <reference lib="dom" />
import type { BrowserContext } from 'playwright-core'

/** Every two seconds of the clock all synthetic hosts flash for so long. */
export const FLASH = { everyMs: 2000, forMs: 400 }

/** In this window a camera shows one colour, a bar that moves, and flashes; a microphone hears one tone. */
export async function becomeSynthetic(
  context: BrowserContext,
  of: { color: string; hz: number },
): Promise<void> {
  await context.addInitScript(
    ({ color, hz, flash }) => {
      function picture(): MediaStreamTrack {
        const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 })
        const brush = canvas.getContext('2d')!
        setInterval(() => {
          brush.fillStyle = Date.now() % flash.everyMs < flash.forMs ? '#ffffff' : color
          brush.fillRect(0, 0, 640, 480)
          brush.fillStyle = '#888888'
          brush.fillRect((Date.now() / 8) % 640, 440, 60, 40)
        }, 33)
        return canvas.captureStream(30).getVideoTracks()[0]!
      }
      function sound(): MediaStreamTrack {
        const audio = new AudioContext()
        const [tone, gain] = [audio.createOscillator(), audio.createGain()]
        const out = audio.createMediaStreamDestination()
        tone.frequency.value = hz
        gain.gain.value = 0.25
        tone.connect(gain).connect(out)
        tone.start()
        return out.stream.getAudioTracks()[0]!
      }
      const { mediaDevices } = navigator
      if (!mediaDevices) return // about:blank
      const real = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = async (wish) => {
        const stream = await real(wish)
        for (const track of stream.getTracks()) {
          stream.removeTrack(track)
          track.stop()
          stream.addTrack(track.kind === 'video' ? picture() : sound())
        }
        return stream
      }
    },
    { ...of, flash: FLASH },
  )
}
