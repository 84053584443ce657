import { useEffect, useRef } from 'preact/hooks'

/** Within this many pixels of its end a list follows what is new; further up somebody is reading. */
const FOLLOW_PX = 48

/** For a list that grows at its end: spread the answer on it. `newest` names its last member. */
export function useFollow(newest: string | undefined) {
  const ref = useRef<HTMLUListElement>(null)
  const following = useRef(true)
  const toEnd = () => {
    const list = ref.current
    if (list && following.current) list.scrollTop = list.scrollHeight
  }
  useEffect(toEnd, [newest])
  // It is resized by what comes and goes beside it, or a phone that is turned. The observer goes with its element.
  useEffect(() => new ResizeObserver(toEnd).observe(ref.current!), [])
  const onScroll = () => {
    const list = ref.current
    if (list) following.current = list.scrollHeight - list.scrollTop - list.clientHeight < FOLLOW_PX
  }
  return { ref, onScroll }
}
