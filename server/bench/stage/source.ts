import { createSocket } from 'node:dgram'
import { z } from 'zod'
import { FFMPEG } from '../../test/plain-host.ts'
import { FRAMES_PER_S, makeLayers, SOUND_BYTES } from './film.ts'
import { keyFramesAsked, LAYER_SSRCS, SOUND_SSRC, Stream, VIDEO_CLOCK } from './rtp.ts'

/**
 * A host, a process of its own: three layers of real frames in the rhythm of their recording. Asked for a key frame, it
 * goes on with the second that begins next in the film, so that what it sends can be decoded throughout, as an encoder
 * would see to.
 */

const ports = z.object({ rtp: z.number(), rtcp: z.number() })
const job = z.object({ video: ports, audio: ports })
const REPORT_MS = 1000
const FRAME_MS = 1000 / FRAMES_PER_S
const SOUND_MS = 20
/** As a browser does, a large frame is not sent in one burst. */
const PACED_MS = 2
const PACED_PACKETS = 4

const layers = await makeLayers(FFMPEG)
process.send?.({ ready: true })
process.once('message', (message) => play(job.parse(message)))

function play({ video, audio }: z.output<typeof job>): void {
  const sockets = { rtp: createSocket('udp4'), rtcp: createSocket('udp4'), sound: createSocket('udp4') }
  const streams = layers.map((layer, i) => ({ layer, at: 0, stream: new Stream(LAYER_SSRCS[i]!, 101) }))
  const sound = new Stream(SOUND_SSRC, 111)
  const silence = Buffer.alloc(SOUND_BYTES, 0xfc)
  const startedAt = performance.now()
  let pictures = 0
  let sounds = 0
  let reports = 0

  sockets.rtcp.on('message', (compound) => {
    const asked = keyFramesAsked(compound)
    for (const one of streams) if (asked.includes(one.stream.ssrc)) one.at = nextKey(one.layer.frames, one.at)
  })

  const paced: Buffer[] = []

  function takePictures(): void {
    const now = performance.timeOrigin + performance.now()
    const timestamp = pictures * (VIDEO_CLOCK / FRAMES_PER_S)
    for (const one of streams) {
      const { bytes } = one.layer.frames[one.at]!
      paced.push(...one.stream.picture(bytes, timestamp, now))
      one.at = (one.at + 1) % one.layer.frames.length
    }
  }

  setInterval(() => {
    const elapsed = performance.now() - startedAt
    for (; pictures * FRAME_MS <= elapsed; pictures++) takePictures()
    for (; sounds * SOUND_MS <= elapsed; sounds++) {
      sockets.sound.send(sound.sound(silence, sounds * 960), audio.rtp, '127.0.0.1')
    }
    for (; reports * REPORT_MS <= elapsed; reports++) {
      const now = performance.timeOrigin + performance.now()
      for (const { stream } of streams) sockets.rtcp.send(stream.report(now), video.rtcp, '127.0.0.1')
    }
    for (const packet of paced.splice(0, PACED_PACKETS)) sockets.rtp.send(packet, video.rtp, '127.0.0.1')
  }, PACED_MS)
}

function nextKey(frames: readonly { key: boolean }[], from: number): number {
  for (let n = 0; n < frames.length; n++) {
    const at = (from + n) % frames.length
    if (frames[at]!.key) return at
  }
  return from
}
