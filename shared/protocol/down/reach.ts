import * as z from 'zod/mini'
import { down } from '../message.ts'

/** Whether this server hears the others of the room: while it does not, their viewers' chat and gifts are missing here. */
export const reach = down('reach', 'latest', { key: z.literal('reach'), whole: z.boolean() })
