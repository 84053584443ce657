import { down, position } from '../message.ts'
import { battleView } from '../parts.ts'

/** A battle with another show began, has a result, or is over: always the whole of it. */
export const battle = down('battle', 'state', { pos: position, battle: battleView })
