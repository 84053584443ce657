import uWS, { type TemplatedApp, type us_listen_socket } from 'uWebSockets.js'

const SHARED_PORT = 0 // uWS sets SO_REUSEPORT unless it is told otherwise
const EXCLUSIVE_PORT = 1 // LIBUS_LISTEN_EXCLUSIVE_PORT

/**
 * uWS lets 512 connections wait to be accepted. Past them Linux drops what knocks, and whoever knocked tries again a
 * second later: that is what a storm of reconnects was waiting for. Each socket on the port has such a queue.
 */
const SOCKETS = process.platform === 'linux' ? 8 : 1

export interface Listening {
  readonly port: number
  /** Takes no further connections. Those that stand stay. */
  stop(): void
}

/**
 * Listens with several sockets on one port; 0 takes a free one. @throws an Error where the port is taken, by another
 * process that shares it too unless `sharePort` allows that
 */
export async function listen(
  server: TemplatedApp,
  { host, port, sharePort = false }: { host: string; port: number; sharePort?: boolean },
): Promise<Listening> {
  const sockets: us_listen_socket[] = []
  let bound = port
  if (port === 0 || !sharePort) {
    const alone = await open(server, host, port, EXCLUSIVE_PORT) // fails where another process has the port
    bound = uWS.us_socket_local_port(alone)
    if (SOCKETS > 1) uWS.us_listen_socket_close(alone)
    else sockets.push(alone)
  }
  while (sockets.length < SOCKETS) sockets.push(await open(server, host, bound, SHARED_PORT))
  return {
    port: bound,
    stop() {
      for (const socket of sockets.splice(0)) uWS.us_listen_socket_close(socket)
    },
  }
}

function open(server: TemplatedApp, host: string, port: number, how: number): Promise<us_listen_socket> {
  return new Promise((resolve, reject) => {
    server.listen(host, port, how, (socket) => {
      if (socket) resolve(socket)
      else reject(new Error(`Port ${port} on ${host} is taken; set PORT to another one.`))
    })
  })
}
