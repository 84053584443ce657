import * as z from 'zod/mini'
import { down } from '../message.ts'

export const likes = down('likes', 'latest', { key: z.literal('likes'), total: z.int() })
