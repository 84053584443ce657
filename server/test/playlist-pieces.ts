import { boxesOf, runsOf, ticksOf, tracksOf } from '../src/encoding/boxes.ts'

/** The pieces of an HLS playlist as files, and how much sound and picture there is in each, by what its segments say. */
export async function piecesOf(
  playlistUrl: string,
): Promise<{ soundMs: number; pictureMs: number; file: Buffer }[]> {
  const text = await (await fetch(playlistUrl)).text()
  const bytes = async (uri: string): Promise<Buffer> =>
    Buffer.from(await (await fetch(new URL(uri, playlistUrl))).arrayBuffer())
  return Promise.all(
    text.split('#EXT-X-DISCONTINUITY\n').map(async (piece) => {
      const init = await bytes(/#EXT-X-MAP:URI="(.*?)"/.exec(piece)![1]!)
      const tracks = tracksOf(boxesOf(init).find(({ type }) => type === 'moov')!.body)
      const uris = piece.split('\n').filter((line) => line.endsWith('.m4s'))
      const segments = await Promise.all(uris.map(bytes))
      const boxes = segments.flatMap(boxesOf)
      const runs = boxes.flatMap(({ type, body }) => (type === 'moof' ? runsOf(body) : []))
      const msOf = (kind: 'sound' | 'video'): number => {
        const { id, timescale } = tracks.find((one) => one.kind === kind)!
        const own = runs.filter(({ trackId }) => trackId === id)
        return (own.reduce((sum, run) => sum + ticksOf(run), 0) * 1000) / timescale
      }
      const file = Buffer.concat([init, ...segments])
      return { soundMs: msOf('sound'), pictureMs: msOf('video'), file }
    }),
  )
}
