import { effect, type ReadonlySignal, signal } from '@preact/signals'

type Track = ReadonlySignal<MediaStreamTrack | null>

/**
 * What viewers hear: the microphone as it is, or mixed with the sound of the shared screen while there is one. A
 * microphone that is turned off is silent in the mix, and the screen goes on.
 */
export function mixSound(microphone: Track, screen: Track): Track {
  const heard = signal<MediaStreamTrack | null>(null)
  effect(() => {
    const [voice, sound] = [microphone.value, screen.value]
    if (!sound) {
      heard.value = voice
      return
    }
    const context = new AudioContext()
    const mix = context.createMediaStreamDestination()
    for (const track of [voice, sound]) {
      if (track) context.createMediaStreamSource(new MediaStream([track])).connect(mix)
    }
    void context.resume().catch(() => undefined) // sharing began with a click, so it may
    heard.value = mix.stream.getAudioTracks()[0] ?? voice
    return () => void context.close().catch(() => undefined)
  })
  return heard
}
