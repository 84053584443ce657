import { benchApp } from './app.ts'

/** A server, a process of its own, with its host's stream key and a viewer's ticket. */

const { domains, url, showId, host, ticket } = await benchApp(1)
const { key } = await domains.streamKeys.rotate(host)
process.send?.({ url, showId, key, ticket: await ticket('per_viewer') })
