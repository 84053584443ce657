/** `hold`: an order takes its units until it must be paid · `first_paid`: a payment takes them, an order nothing. */
export const ALLOCATIONS = ['hold', 'first_paid'] as const
export type Allocation = (typeof ALLOCATIONS)[number]
