import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Studio } from './studio.ts'

export const StudioContext = createContext<Studio | null>(null)

/** The studio that this component belongs to. */
export function useStudio(): Studio {
  const studio = useContext(StudioContext)
  if (!studio) throw new Error('A component of the studio is drawn outside of it')
  return studio
}
