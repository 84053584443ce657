/** One text that outlives the page. */
export interface Keeper {
  /** Null where nothing is kept. */
  read(): string | null
  write(text: string): void
  forget(): void
}

/** Keeps it in this tab. A browser may refuse storage to a frame on another site, or be full: then nothing is kept. */
export function createKeeper(name: string, storage: () => Storage = () => sessionStorage): Keeper {
  const attempt = <T>(work: () => T): T | null => {
    try {
      return work()
    } catch {
      return null
    }
  }
  return {
    read: () => attempt(() => storage().getItem(name)),
    write: (text) => void attempt(() => storage().setItem(name, text)),
    forget: () => void attempt(() => storage().removeItem(name)),
  }
}
