import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { peggyForVite } from './peggy-plugin.mjs';

// As `src/store/sqlite.ts` chooses.
const sqlite = Number.parseInt(process.versions.node, 10) >= 22 ? 'better-sqlite3-13' : 'better-sqlite3';

// Read anew at every start of Node, for as much as a start takes itself; nothing here asks a server it does not know.
delete process.env.NODE_EXTRA_CA_CERTS;

const TESTS = ['test/**/*.test.ts'];
const ISOLATED = 'test/**/*.isolated.test.ts';

export default defineConfig({
  resolve: { alias: { 'better-sqlite3': sqlite } },
  plugins: [peggyForVite],
  test: {
    testTimeout: process.env.OPENCLAW_TEST_LONG ? 1_200_000 : 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Tests that start processes wait more than they compute.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // Nothing here is a singleton, so files may share what they import: half of the suite's time went into importing it.
      { extends: true, test: { name: 'all', include: TESTS, exclude: [ISOLATED], isolate: false } },
      // Files that put something of theirs in a module's place.
      { extends: true, test: { name: 'isolated', include: [ISOLATED] } },
    ],
  },
});
