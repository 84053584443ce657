import { down } from '../message.ts'
import { chatLine } from '../parts.ts'

export const chat = down('chat', 'chat', { line: chatLine })
