import { down } from '../message.ts'

/** The connection fell behind and state would be lost: send `join` again, without `resume`. */
export const resync = down('resync', 'personal', {})
