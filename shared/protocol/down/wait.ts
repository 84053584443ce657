import { down } from '../message.ts'
import { saleWait } from '../parts.ts'

/** What became of one's own place on a waiting list: a unit is set aside, or the place is gone. */
export const wait = down('wait', 'personal', { wait: saleWait })
