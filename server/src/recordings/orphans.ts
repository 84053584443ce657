import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { timeOfId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import { CLIPS, clipKey, TAKES, takeFolder } from './objects.ts'
import type { RecordingStore } from './store.ts'

interface OrphansDeps {
  storage: Pick<ObjectStorage, 'list' | 'delete' | 'deleteFolder'>
  store: Pick<RecordingStore, 'unknown'>
  clock: Clock
  log: Log
  limits: Pick<Limits['recordings'], 'orphanMs' | 'orphansAtOnce'>
}

/**
 * Objects without a row: bytes are in storage before their row is, so a process that dies in between leaves some that
 * nobody is shown and no deletion finds. One is old enough when no process can be about to write its row.
 */
export function createOrphans({ storage, store, clock, log, limits }: OrphansDeps) {
  const isOld = (id: string): boolean => (timeOfId(id) ?? clock.now()) < clock.now() - limits.orphanMs

  /** @returns how many were deleted */
  async function sweepFolder(
    folder: typeof TAKES | typeof CLIPS,
    idOf: (name: string) => string | null,
    remove: (id: string) => Promise<void>,
  ): Promise<number> {
    let count = 0
    let ids: string[] = []
    async function removeUnknown(): Promise<void> {
      for (const id of await store.unknown(ids, folder)) {
        await remove(id)
        count++
      }
      ids = []
    }
    for await (const name of storage.list(folder)) {
      const id = idOf(name)
      if (id === null || !isOld(id)) continue
      ids.push(id)
      if (ids.length >= limits.orphansAtOnce) await removeUnknown()
    }
    if (ids.length > 0) await removeUnknown()
    return count
  }

  return {
    /** @returns how many takes and clips were deleted */
    async sweep(): Promise<number> {
      const takes = await sweepFolder(
        TAKES,
        (name) => /^(tak_\w+)$/.exec(name)?.[1] ?? null,
        (id) => storage.deleteFolder(takeFolder(id)),
      )
      const clips = await sweepFolder(
        CLIPS,
        (name) => /^(clp_\w+)\.mp4$/.exec(name)?.[1] ?? null,
        (id) => storage.delete(clipKey(id)),
      )
      if (takes + clips > 0) log.info({ takes, clips }, 'orphans of recordings were deleted')
      return takes + clips
    },
  }
}
