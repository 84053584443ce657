import type { us_listen_socket } from 'uWebSockets.js'

declare module 'uWebSockets.js' {
  interface TemplatedApp {
    /** Listens on host and port with options: uWS takes these four arguments but does not declare them. */
    listen(
      host: string,
      port: number,
      options: number,
      listening: (socket: us_listen_socket | false) => void,
    ): TemplatedApp
  }
}
