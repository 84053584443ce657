import { down } from '../message.ts'
import { tipView } from '../parts.ts'

/** A paid tip, to be shown once per `tip.id`. */
export const tip = down('tip', 'gift', { tip: tipView })
