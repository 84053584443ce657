import { down } from '../message.ts'

/** The connection fell behind or the stream was broken: send `join` again, with `resume`; no ticket is needed. */
export const resync = down('resync', 'personal', {})
