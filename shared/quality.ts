/**
 * What a viewer wants of the picture: `auto` as good as the network carries, `standard` never the uppermost simulcast
 * layer, `saver` the lowest.
 */
export const QUALITIES = ['auto', 'standard', 'saver'] as const
export type Quality = (typeof QUALITIES)[number]
