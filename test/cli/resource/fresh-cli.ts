// A command line on a state folder of its own, made new for each test.
import { afterEach, beforeEach, expect } from 'vitest';
import type { Resource } from '../../../src/domain/resource.ts';
import { type CliOptions, type CliRun, runCli, temporaryStateDir } from '../run-cli.ts';

export const NOW = Date.parse('2026-11-23T09:00:00Z');
export const MESSAGE =
  'The user wants to roll back.\n1. Identify the deployment\n\n\n  SAFETY: "Always" show a diff — 🔴\n';

export const rollback = [
  'command',
  'add',
  '--name',
  'rollback',
  '--trigger',
  '/rollback',
  '--source',
  'GitHub,AWS Production',
  '--message',
  MESSAGE,
];

export interface FreshCli {
  /** Changes with each test. */
  stateDir(): string;
  run(args: readonly string[], more?: Partial<CliOptions>): Promise<CliRun>;
  /** Expects exit code 0. */
  ok(args: readonly string[], more?: Partial<CliOptions>): Promise<CliRun>;
  stored(kind: string, name: string): Promise<Resource>;
}

/** To be called once at the top of a test file. */
export function freshCli(): FreshCli {
  let state: ReturnType<typeof temporaryStateDir>;
  beforeEach(() => {
    state = temporaryStateDir();
  });
  afterEach(() => state.remove());
  const run: FreshCli['run'] = (args, more = {}) =>
    runCli(args, { stateDir: state.stateDir, now: NOW, ...more });
  const ok: FreshCli['ok'] = async (args, more) => {
    const done = await run(args, more);
    expect(done.stderr).not.toContain('error:');
    expect(done.code).toBe(0);
    return done;
  };
  return {
    stateDir: () => state.stateDir,
    run,
    ok,
    stored: async (kind, name) => (await ok([kind, 'show', name, '--json'])).json() as Resource,
  };
}
