import { createHmac } from 'node:crypto'
import type { iceServer } from '@shelfcast/shared/api/shows.ts'
import type { z } from 'zod'
import type { Clock } from '../kernel/clock.ts'

export type IceServer = z.input<typeof iceServer>

const isTurn = (url: string): boolean => /^turns?:/.test(url)

/**
 * Which STUN and TURN servers a person may use. A TURN server gets credentials that end by themselves (coturn's
 * `use-auth-secret`: the user name is an expiry in Unix seconds and a person, the password its HMAC-SHA1). Without a
 * shared secret TURN is left out, since a browser refuses a TURN server that has no password.
 */
export function createIceServers(deps: {
  urls: readonly string[]
  turnSecret: string | null
  turnLifeS: number
  clock: Clock
}): (personId: string) => IceServer[] {
  const stun = deps.urls.filter((url) => !isTurn(url))
  const turn = deps.urls.filter(isTurn)

  return (personId) => {
    const servers: IceServer[] = stun.length > 0 ? [{ urls: [...stun] }] : []
    if (turn.length > 0 && deps.turnSecret !== null) {
      const expiresS = Math.floor(deps.clock.now() / 1000) + deps.turnLifeS
      const username = `${expiresS}:${personId}`
      const credential = createHmac('sha1', deps.turnSecret).update(username).digest('base64')
      servers.push({ urls: [...turn], username, credential })
    }
    return servers
  }
}

/** The same servers as `Link` header values (RFC 9725, section 4.6). */
export function iceLinks(servers: readonly IceServer[]): string {
  return servers
    .flatMap(({ urls, username, credential }) =>
      urls.map((url) =>
        username === undefined
          ? `<${url}>; rel="ice-server"`
          : `<${url}>; rel="ice-server"; username="${username}"; credential="${credential}"; credential-type="password"`,
      ),
    )
    .join(', ')
}
