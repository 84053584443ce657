import { useStudio } from '../live/context.ts'
import './now-selling.css'
import { Pinned } from './pinned.tsx'
import { Sale } from './sale.tsx'

/** What viewers can buy at this moment, and what to say about it. */
export function NowSelling() {
  const { room } = useStudio()
  if (!room.state.value) return null
  return (
    <div class="now-selling">
      <Sale />
      <Pinned />
    </div>
  )
}
