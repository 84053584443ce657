import { useEffect, useMemo } from 'preact/hooks'
import { useShop } from '../shop.ts'
import { createShots, type Shots } from './shots.ts'

type First = Parameters<typeof createShots>[0]['first']

/** A list of pictures for as long as the component is there; `first` counts once. */
export function useShots(first: First, max: number, onChanged?: () => void): Shots {
  const { tenantId } = useShop()
  const shots = useMemo(
    () => createShots({ tenantId, first, max, ...(onChanged ? { onChanged } : {}) }),
    [tenantId],
  )
  useEffect(() => shots.close, [shots])
  return shots
}
