import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { peggyForVite } from './peggy-plugin.mjs';

// As `src/store/sqlite.ts` chooses.
const sqlite = Number.parseInt(process.versions.node, 10) >= 22 ? 'better-sqlite3-13' : 'better-sqlite3';

export default defineConfig({
  resolve: { alias: { 'better-sqlite3': sqlite } },
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
