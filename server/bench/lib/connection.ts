import { connect } from 'node:net'

/** A connection that carries one request at a time. Answers have a Content-Length. */
export async function openConnection(port: number) {
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let waiting: ((status: number) => void) | null = null
  let fail: ((error: Error) => void) | null = null
  let got = ''
  socket.on('data', (chunk) => {
    got += chunk.toString('latin1')
    const headEnd = got.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(got)?.[1])
    if (got.length < headEnd + 4 + length) return
    const status = Number(got.slice(9, 12))
    got = ''
    waiting?.(status)
  })
  socket.on('error', (error) => fail?.(error))
  return {
    send: (request: Buffer): Promise<number> =>
      new Promise((resolve, reject) => {
        waiting = resolve
        fail = reject
        socket.write(request)
      }),
    end: () => socket.destroy(),
  }
}
