/** What a viewer does that is told nowhere else: the reporter listens once it is loaded. */
export type Moment =
  | { is: 'liked' }
  | { is: 'bagged'; productId: string; skuId: string; quantity: number; valueMinor: number }

type Listener = (moment: Moment) => void

let listener: Listener | null = null

export const onMoment = (next: Listener | null): void => {
  listener = next
}
export const tell = (moment: Moment): void => listener?.(moment)
