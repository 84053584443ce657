import { down, position } from '../message.ts'
import { stageLayout } from '../parts.ts'

/** Who is on stage and how their pictures stand: whole, so that every player changes in the same moment. */
export const layout = down('layout', 'state', { pos: position, layout: stageLayout })
