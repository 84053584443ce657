import { z } from 'zod'
import { startProgram } from '../../test/process.ts'
import { migratedUrl } from '../lib/db.ts'
import { openViewers } from './viewers.ts'

const ports = z.object({ rtp: z.number(), rtcp: z.number() })
const up = z.object({
  url: z.string(),
  showId: z.string(),
  workerPids: z.array(z.number()),
  video: ports,
  audio: ports,
})
const SETTLE_MS = 2000

/** A server, a host that sends, and room for viewers; each a process of its own. */
export async function openScene(options: { workers: number; viewersMax: number }) {
  await migratedUrl()
  const source = startProgram('bench/stage/source.ts')
  await source.next() // it has encoded its film
  const server = startProgram('bench/stage/server.ts', {}, [JSON.stringify(options)])
  const { video, audio, workerPids, ...place } = up.parse(await server.next())
  source.tell({ video, audio })
  await sleep(SETTLE_MS)
  const viewers = await openViewers(server, place)
  return {
    viewers,
    workerPids,
    async close(): Promise<void> {
      viewers.stop()
      await source.stop()
      await server.stop()
    },
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
