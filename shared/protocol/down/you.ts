import { down } from '../message.ts'
import { meChange } from '../parts.ts'

/** What changed for this one person; what is left out stays. */
export const you = down('you', 'personal', { me: meChange })
