import type { ObjectStorage } from '../kernel/storage.ts'

class StorageFull extends Error {}

/** Leaves the rest of the disk to what must not stop. @throws where fewer bytes are free */
export async function assertRoom(
  storage: Pick<ObjectStorage, 'freeBytes'>,
  freeBytesMin: number,
): Promise<void> {
  if ((await storage.freeBytes()) < freeBytesMin)
    throw new StorageFull('fewer bytes are free than are left free')
}

/** Whether it was for want of room that something was not written: ours, a disk's, or a quota's. */
export const isFull = (error: unknown): boolean =>
  error instanceof StorageFull ||
  (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
