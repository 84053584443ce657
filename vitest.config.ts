import { defineConfig } from 'vitest/config'

/** Several browsers, encoders and an SFU at once: beside another test they would wait for each other. */
const ALONE = [
  'replay',
  'co-hosts',
  'battle',
  'journey',
  'worker-death',
  'encoder',
  'encoder-host',
  'stage-nodes',
  'recording-deaths',
  'hls',
  'unbroken',
  'lossy-viewer',
  'whip-page',
  'two-hosts-replay',
].map((name) => `server/test/${name}.test.ts`)

/** A busy machine is waited for: what is polled for comes at once on a quiet one. */
const expect = { poll: { timeout: 10_000 } }
const common = { pool: 'forks', testTimeout: 15_000, hookTimeout: 60_000, expect } as const

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'together',
          include: ['server/**/*.test.ts', 'shared/**/*.test.ts', 'client/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...ALONE],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...common, name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
