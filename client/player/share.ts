import { toast } from '../kit/ui/toast.tsx'
import { playerWords } from './words.ts'

/** The show's public page. */
export const linkTo = (showId: string): string => `${location.origin}/s/${encodeURIComponent(showId)}`

/** Shares the show's public page: with the system's sheet where there is one, else by the clipboard. */
export async function share(showId: string, title: string | undefined): Promise<void> {
  const url = linkTo(showId)
  try {
    if (navigator.share) {
      await navigator.share({ url, ...(title ? { title } : {}) })
      return
    }
    await navigator.clipboard.writeText(url)
    toast(playerWords.value.shared)
  } catch (error) {
    // The sheet was closed, which is an answer too.
    if (error instanceof DOMException && error.name === 'AbortError') return
    toast(url) // neither is allowed here (plain http, say): it can be copied by hand
  }
}
