import { down, position } from '../message.ts'
import { showView } from '../parts.ts'

/** The show's life: live, paused (host away), ended, retitled. */
export const show = down('show', 'state', { pos: position, show: showView })
