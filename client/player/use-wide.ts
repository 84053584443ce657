import { signal } from '@preact/signals'

/** Room for panels beside the stage: the same condition as in `app.css`. */
const query = matchMedia('(min-width: 68rem) and (min-height: 34rem)')
const wide = signal(query.matches)
query.addEventListener('change', () => {
  wide.value = query.matches
})

/** Whether shelf and chat stand beside the stage. */
export const useWide = (): boolean => wide.value
