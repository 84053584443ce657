import type { AudioTap, Stage } from '../stage/index.ts'
import { type AudioLine, createAudioLine } from './audio-line.ts'

/** One input of the encoder's mixer: whoever is heard in it, one after another, or nobody. */
interface Voice {
  readonly line: AudioLine
  audioId: string | null
  tap: AudioTap | null
}

/**
 * What all hosts of a show say, each in an input of its own of an encoder, which mixes them. There are as many inputs as
 * a stage has seats, from the beginning on: an encoder takes no further one while it runs.
 */
export function createSound(
  stage: Pick<Stage, 'tapAudio'>,
  showId: string,
  ports: readonly number[],
  lateMsMax: number,
) {
  const voices = ports.map((port): Voice => {
    return { line: createAudioLine(port, lateMsMax), audioId: null, tap: null }
  })
  let closed = false

  function silence(voice: Voice): void {
    voice.audioId = null
    voice.tap?.close()
    voice.tap = null
    voice.line.newSource()
  }

  async function hear(voice: Voice, audioId: string): Promise<void> {
    const { line } = voice
    voice.audioId = audioId
    // A microphone that goes at this moment leaves silence.
    const tap = await stage.tapAudio(showId, audioId, line.rtp).catch(() => null)
    if (voice.audioId === audioId) voice.tap = tap
    else tap?.close()
  }

  return {
    /** Who is heard from now on: ids of what hosts send. Who is heard already goes on without a break. */
    async set(audioIds: readonly string[]): Promise<void> {
      if (closed) return
      for (const voice of voices) {
        if (voice.audioId !== null && !audioIds.includes(voice.audioId)) silence(voice)
      }
      const coming = audioIds.filter((id) => !voices.some(({ audioId }) => audioId === id))
      const free = voices.filter(({ audioId }) => audioId === null)
      await Promise.all(coming.slice(0, free.length).map((id, index) => hear(free[index]!, id)))
    },

    close(): void {
      closed = true
      for (const voice of voices) {
        silence(voice)
        voice.line.close()
      }
    },
  }
}
