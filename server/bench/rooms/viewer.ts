import { PROTOCOL_VERSION } from '@shelfcast/shared/protocol/version.ts'
import type { Encoding, Kind } from './job.ts'
import { WireClient } from './wire.ts'

const LETTER_A = 'a'.charCodeAt(0)
const BRACKET = '['.charCodeAt(0)
const FOUR = '4'.charCodeAt(0)
const HASH = '#'.charCodeAt(0)
const SOCKET_IO_PING = '2'.charCodeAt(0)

export type Outcome = { is: 'in' } | { is: 'out'; code: number; moveMs: number | null }

/** A viewer that speaks the protocol of its kind with as little work as can be, and knows where in the stream it is. */
export class BenchViewer {
  client: WireClient | null = null
  /** The last state event that it has. */
  offset: number | null = null
  /** State events that it did not get, or got twice. */
  missed = 0
  onHeard: (bytes: Buffer, start: number, end: number) => void = () => {}
  onLost: () => void = () => {}
  readonly #kind: Kind
  /** Of the server to which it connects next. */
  port: number
  readonly #room: string
  readonly #ticket: string
  readonly #encoding: Encoding
  /** What socket.io's recovery asks back for. */
  #session: { pid: string; offset: string } | null = null

  constructor(kind: Kind, port: number, room: string, ticket: string, encoding: Encoding) {
    this.#kind = kind
    this.port = port
    this.#room = room
    this.#ticket = ticket
    this.#encoding = encoding
  }

  /** Connects and joins, from where it was if it was in before. */
  join(): Promise<Outcome> {
    const path = this.#isSocketIo ? '/socket.io/?EIO=4&transport=websocket' : '/rooms'
    const client = new WireClient(this.port, path, this.#encoding === 'deflate')
    this.client = client
    let moveMs: number | null = null
    return new Promise((resolve) => {
      client.onClose = (code) => resolve({ is: 'out', code, moveMs })
      client.onOpen = () => {
        if (!this.#isSocketIo) client.send(JSON.stringify({ t: 'join', ...this.#asks() }))
      }
      client.onText = (bytes, start, end) => {
        const text = bytes.toString('utf8', start, end)
        const moved = /"move","afterMs":(\d+)/.exec(text)
        if (moved) moveMs = Number(moved[1])
        if (!(this.#isSocketIo ? this.#handshake(text) : text.includes('"welcome"'))) return
        client.onText = (...frame) => this.#hear(...frame)
        client.onClose = () => this.onLost()
        if (!this.#isSocketIo) this.#welcomed(text)
        resolve({ is: 'in' })
      }
    })
  }

  say(id: string, text: string): void {
    const message = { t: 'say', id, text }
    this.client?.send(this.#isSocketIo ? `42${JSON.stringify(['say', message])}` : JSON.stringify(message))
  }

  get #isSocketIo(): boolean {
    return this.#kind.startsWith('socket.io')
  }

  #asks(): object {
    if (this.#kind !== 'shelfcast') return { room: this.#room }
    const resume = this.offset === null ? {} : { resume: [1, this.offset] }
    return { version: PROTOCOL_VERSION, ticket: this.#ticket, ...resume }
  }

  /** @returns whether it is in */
  #handshake(text: string): boolean {
    if (text.startsWith('0')) this.client?.send(`40${this.#session ? JSON.stringify(this.#session) : ''}`)
    if (text.startsWith('40')) {
      const pid = /"pid":"([^"]+)"/.exec(text)?.[1]
      const isSame = pid !== undefined && pid === this.#session?.pid
      this.#session = pid === undefined ? null : { pid, offset: this.#session?.offset ?? '' }
      if (isSame) return true
      this.client?.send(`42["join",${JSON.stringify(this.#room)}]`)
    }
    if (text.startsWith('42["pinned"')) this.#take(text) // what is recovered comes before the answer
    return text.startsWith('42["welcome"')
  }

  /** A snapshot replaces what was missed; `recovered` promises all of it. */
  #welcomed(text: string): void {
    const [, offset] = /"pos":\[\d+,(\d+)\],"recovered":(?:true|false)/.exec(text) ?? []
    if (offset === undefined) return
    if (this.offset !== null && text.includes('"recovered":false')) this.missed++
    this.offset = Number(offset)
    this.#take(text.slice(text.indexOf('"recovered"')))
  }

  #hear(bytes: Buffer, start: number, end: number): void {
    if (this.#isSocketIo && bytes[start] === SOCKET_IO_PING) {
      this.client?.send('3')
      return
    }
    // The answer to the speaker is no delivery: `[{"t":"ack"` or `42["ack"`. It is text, whatever frames to all are.
    const at = bytes[start] === BRACKET ? 7 : bytes[start] === FOUR ? 4 : null
    if (at !== null && bytes[start + at] === LETTER_A) return
    const hash = bytes.indexOf(HASH, start)
    if (hash >= 0 && hash < end) this.#take(bytes.toString('utf8', start, end))
    this.onHeard(bytes, start, end)
  }

  #take(text: string): void {
    for (const [, found] of text.matchAll(/"pinned","pos":\[1,(\d+)\]/g)) {
      const offset = Number(found)
      if (this.offset !== null && offset !== this.offset + 1) this.missed++
      this.offset = offset
    }
    const session = this.#session && /,"([^"]+)"\]$/.exec(text)?.[1]
    if (session && this.#session) this.#session.offset = session
  }
}
