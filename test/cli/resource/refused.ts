// Runs refused command lines twice, for people and with --json, and proves that nothing was written.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, temporaryStateDir } from '../run-cli.ts';

export interface RefusedCase {
  name: string;
  args: string[];
  /** Default: 2. */
  code?: number;
  says: RegExp;
  hint: RegExp;
}

/** Looks like a real one, and may be repeated in no output. */
export const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';

/** There are already: the command rollback, the contact sarah, the escalation Default. */
export function describeRefused(title: string, cases: readonly RefusedCase[]): void {
  describe(title, () => {
    const state = temporaryStateDir();
    const cli = (...args: string[]) =>
      runCli(args, { stateDir: state.stateDir, now: Date.parse('2026-11-23T09:00:00Z') });
    let before = '';

    beforeAll(async () => {
      await cli('command', 'add', '--name', 'rollback', '--trigger', '/rollback', '--message', 'Roll back.');
      await cli('contact', 'add', '--name', 'sarah', '--id', 'slack=U1');
      await cli('escalation', 'add', '--name', 'Default', '--level-1', 'sarah', '--timeout', '5m');
      before = (await cli('export')).stdout;
    });
    afterAll(() => state.remove());

    test.each(cases)('$name: says what, why and what to type', async ({ args, code = 2, says, hint }) => {
      const run = await cli(...args);
      expect(run.stderr).toMatch(says);
      expect(run.stderr.slice(run.stderr.indexOf('hint:'))).toMatch(hint);
      expect(run.code).toBe(code);
      expect(run.stdout).toBe('');
      expect(run.stderr).not.toContain(SECRET);

      const asJson = await cli(...args, '--json');
      expect(asJson.code).toBe(code);
      expect(asJson.json()).toMatchObject({
        ok: false,
        error: { message: expect.stringMatching(says), hint: expect.stringMatching(hint) },
      });
      expect(asJson.stdout).not.toContain(SECRET);
    });

    test('nothing of it was written', async () => {
      expect((await cli('export')).stdout).toBe(before);
    });
  });
}
