import * as z from 'zod/mini'
import { down } from '../message.ts'

export const viewers = down('viewers', 'latest', { key: z.literal('viewers'), count: z.int() })
