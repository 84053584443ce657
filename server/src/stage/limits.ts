import type { Config, Limits } from '../config.ts'

/** The stage's part of the limits, open to other numbers so that a test can shorten a timer. */
export type StageLimits = { readonly [name in keyof Limits['stage']]: number }

export type MediaConfig = Config['media']
