import { createSocket } from 'node:dgram'

const KNOCK_MS = 10
/** A knock that was refused says so at once; one that was not refused for so long was heard. */
const HEARD_AFTER_MS = 60
/** Too short for RTP and RTCP: nobody makes anything of it. */
const KNOCK = Buffer.from([0])

/**
 * When a program on this machine began to listen on a UDP port, by `performance.now()`; null where it does not within
 * `withinMs`. Where nobody listens, a connected socket is told.
 */
export function whenListening(port: number, withinMs: number): Promise<number | null> {
  const socket = createSocket('udp4')
  const startedAt = performance.now()
  let heardSince: number | null = null
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    socket.unref()

    function end(at: number | null): void {
      clearInterval(timer)
      socket.close()
      resolve(at)
    }

    function knock(): void {
      const now = performance.now()
      if (heardSince !== null && now - heardSince > HEARD_AFTER_MS) end(heardSince)
      else if (now - startedAt > withinMs) end(null)
      else {
        heardSince ??= now
        socket.send(KNOCK)
      }
    }

    socket.on('error', () => {
      heardSince = null
    })
    socket.connect(port, '127.0.0.1', () => {
      timer = setInterval(knock, KNOCK_MS)
      timer.unref()
    })
  })
}
