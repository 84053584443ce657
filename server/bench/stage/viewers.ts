import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Program } from '../../test/process.ts'
import { type Receivers, type Step, startReceivers } from './receivers.ts'

/** What these viewers can decode, and the extensions that they understand: the server reads nothing else of it. */
const OFFER = [
  ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1'],
  ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=recvonly', 'a=rtcp-mux'],
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  ...['a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 transport-cc', 'a=rtcp-fb:96 nack pli'],
  ...['m=audio 9 UDP/TLS/RTP/SAVPF 97', 'c=IN IP4 0.0.0.0', 'a=mid:1', 'a=recvonly', 'a=rtcp-mux'],
  ...['a=rtpmap:97 opus/48000/2', ''],
].join('\r\n')

export interface Place {
  readonly url: string
  readonly showId: string
}

/** A viewer's way in, in milliseconds from its beginning. */
export interface Join extends Partial<Record<Step | 'offered' | 'answered', number>> {
  readonly beganMs: number
}

const told = z.object({ tickets: z.array(z.string()) })

/** Viewers of a show: signalled here by WHEP, received by a native process. */
export async function openViewers(server: Program, { url, showId }: Place) {
  const joins: Join[] = []
  const receivers = await startReceivers((step, id, atMs) => {
    const join = joins[id]!
    join[step] = atMs - join.beganMs
  })

  /** One viewer's whole exchange. @throws Error with what the server said */
  async function join(id: number, ticket: string): Promise<void> {
    const joined: Join = { beganMs: performance.timeOrigin + performance.now() }
    joins[id] = joined
    const asked = await fetch(`${url}/whep/${showId}?seats=main`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ticket}`, 'Content-Type': 'application/sdp' },
      body: OFFER,
    })
    const offer = await asked.text()
    joined.offered = performance.timeOrigin + performance.now() - joined.beganMs
    if (asked.status !== 406) throw new Error(`WHEP said ${asked.status}: ${offer}`)
    const local = { ufrag: randomBytes(4).toString('hex'), pwd: randomBytes(12).toString('hex') }
    const answered = await fetch(new URL(asked.headers.get('location') ?? '', url), {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/sdp' },
      body: answerTo(offer, local, receivers),
    })
    if (answered.status !== 204) throw new Error(`the answer was refused: ${await answered.text()}`)
    joined.answered = performance.timeOrigin + performance.now() - joined.beganMs
    const [, ip = '', port] = found(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+)/m, offer)
    receivers.add({
      ...{ id, ip, port: Number(port), local },
      remote: { ufrag: found(/^a=ice-ufrag:(\S+)/m, offer)[1]!, pwd: found(/^a=ice-pwd:(\S+)/m, offer)[1]! },
      videoSsrc: Number(found(/^m=video.*?a=ssrc(?:-group:FID )?:?(\d+)/ms, offer)[1]),
      twccId: Number(/a=extmap:(\d+) \S*transport-wide-cc/.exec(offer)?.[1] ?? 0),
      captureId: Number(/a=extmap:(\d+) \S*abs-capture-time/.exec(offer)?.[1] ?? 0),
    })
  }

  return {
    joins,
    stats: receivers.stats,
    stop: receivers.stop,

    /** `count` more, evenly over `overMs`. @returns what was refused */
    async join(count: number, overMs: number): Promise<string[]> {
      const from = joins.length
      server.tell({ from, count })
      const { tickets } = told.parse(await server.next())
      const refused: string[] = []
      const startedAt = performance.now()
      const joining = tickets.map(async (ticket, i) => {
        await sleepUntil(startedAt + (i * overMs) / count)
        await join(from + i, ticket).catch((error: Error) => refused.push(error.message))
      })
      await Promise.all(joining)
      return refused
    },
  }
}

const sleepUntil = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())))

function found(pattern: RegExp, text: string): RegExpExecArray {
  const match = pattern.exec(text)
  if (!match) throw new Error(`the server's offer has no ${pattern}`)
  return match
}

/** Takes every section of an offer; we are the DTLS client. */
function answerTo(offer: string, local: { ufrag: string; pwd: string }, { fingerprint }: Receivers): string {
  const sections = [...offer.matchAll(/^m=(\S+) 9 (\S+) ([\d ]+)\r\n.*?a=mid:(\S+)/gms)]
  return [
    ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0'],
    `a=group:BUNDLE ${sections.map(([, , , , mid]) => mid).join(' ')}`,
    ...sections.flatMap(([, kind, profile, formats, mid]) => [
      ...[
        `m=${kind} 9 ${profile} ${formats}`,
        'c=IN IP4 0.0.0.0',
        `a=mid:${mid}`,
        'a=recvonly',
        'a=rtcp-mux',
      ],
      ...[`a=ice-ufrag:${local.ufrag}`, `a=ice-pwd:${local.pwd}`],
      ...[`a=fingerprint:sha-256 ${fingerprint}`, 'a=setup:active'],
    ]),
    '',
  ].join('\r\n')
}
