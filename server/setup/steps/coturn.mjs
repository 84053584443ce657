import { which } from '../lib/which.mjs'
import { forTests } from './for-tests.mjs'

/** coturn, the TURN server of docker-compose.yml. */
export const findCoturn = forTests({
  name: 'coturn',
  role: 'which relays video in a test',
  isHere: () => which('turnserver') !== undefined,
  packages: ['coturn'],
  other: 'coturn 4.6 or newer',
})
