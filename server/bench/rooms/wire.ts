import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { constants, inflateRawSync } from 'node:zlib'

const TEXT = 1
const BINARY = 2
const CLOSE = 8
const PING = 9
const PONG = 10
const MASKED = 0x80
const COMPRESSED = 0x40
/** RFC 7692, 7.2.2: what the sender left out at the end. */
const EXTENSIONS = 'Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n'
const DEFLATE_END = Buffer.from([0, 0, 0xff, 0xff])
const SYNC = { finishFlush: constants.Z_SYNC_FLUSH }

/**
 * A WebSocket client that costs as little as can be, so that what is measured is the server: text frames in, text
 * frames out, over a plain TCP socket. Frames come as the bytes that they are.
 */
export class WireClient {
  readonly socket: Socket
  onText: (bytes: Buffer, from: number, to: number) => void = () => {}
  onOpen: () => void = () => {}
  /** The close code, or 1006 where there was none, or 0 where the upgrade was refused. */
  onClose: (code: number) => void = () => {}
  #rest: Buffer = Buffer.alloc(0)
  #isOpen = false
  #closeCode = 1006

  constructor(port: number, path: string, compressed: boolean) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.socket.on('connect', () => {
      const key = randomBytes(16).toString('base64')
      this.socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n${compressed ? EXTENSIONS : ''}\r\n`,
      )
    })
    this.socket.on('data', (chunk: Buffer) => this.#take(chunk))
    this.socket.on('error', () => {})
    this.socket.on('close', () => this.onClose(this.#isOpen ? this.#closeCode : 0))
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text))
  }

  end(): void {
    this.socket.destroy()
  }

  #data(bytes: Buffer, head: number, from: number, to: number): void {
    if ((bytes[head]! & COMPRESSED) === 0) {
      this.onText(bytes, from, to)
      return
    }
    const text = inflateRawSync(Buffer.concat([bytes.subarray(from, to), DEFLATE_END]), SYNC)
    this.onText(text, 0, text.length)
  }

  #write(opcode: number, payload: Buffer): void {
    const head = payload.length < 126 ? 2 : 4
    const frame = Buffer.allocUnsafe(head + 4 + payload.length)
    frame[0] = 0x80 | opcode
    if (head === 2) frame[1] = MASKED | payload.length
    else {
      frame[1] = MASKED | 126
      frame.writeUInt16BE(payload.length, 2)
    }
    frame.writeUInt32BE(0, head) // a mask of zeros masks nothing
    payload.copy(frame, head + 4)
    this.socket.write(frame)
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    if (!this.#isOpen) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end >= 0 && bytes.toString('latin1', 9, 12) !== '101') this.socket.destroy()
      else if (end >= 0) {
        this.#isOpen = true
        bytes = bytes.subarray(end + 4)
        this.onOpen()
      }
    }
    this.#rest = this.#isOpen ? bytes.subarray(this.#frames(bytes)) : bytes
  }

  /** @returns where the first frame that is not whole begins */
  #frames(bytes: Buffer): number {
    let at = 0
    while (bytes.length - at >= 2) {
      let length = bytes[at + 1]! & 0x7f
      let from = at + 2
      if (length === 126) {
        if (bytes.length < at + 4) break
        length = bytes.readUInt16BE(at + 2)
        from = at + 4
      } else if (length === 127) {
        if (bytes.length < at + 10) break
        length = Number(bytes.readBigUInt64BE(at + 2))
        from = at + 10
      }
      if (bytes.length < from + length) break
      const opcode = bytes[at]! & 0x0f
      if (opcode === TEXT || opcode === BINARY) this.#data(bytes, at, from, from + length)
      else if (opcode === PING) this.#write(PONG, Buffer.from(bytes.subarray(from, from + length)))
      else if (opcode === CLOSE && length >= 2) this.#closeCode = bytes.readUInt16BE(from)
      at = from + length
    }
    return at
  }
}
