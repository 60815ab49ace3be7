import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { peggyForVite } from './peggy-plugin.mjs';

export default defineConfig({
  plugins: [peggyForVite],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: process.env.OPENCLAW_TEST_LONG ? 1_200_000 : 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // The default leaves one processor idle; tests that start processes wait more than they compute.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
