/**
 * What a viewer wants of the picture: `auto` as good as the network carries, `standard` never the uppermost simulcast
 * layer, `saver` the lowest, `sound` no picture at all.
 */
export const QUALITIES = ['auto', 'standard', 'saver', 'sound'] as const
export type Quality = (typeof QUALITIES)[number]
