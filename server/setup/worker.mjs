/** `node server/setup/worker.mjs`: finds, downloads or builds mediasoup's worker; for container images. */
import { entry } from './lib/entry.mjs'
import { settle } from './lib/finding.mjs'
import { findWorker } from './worker/find.mjs'

await entry(async () => {
  await settle(() => findWorker(process.env))
  return 0
})
