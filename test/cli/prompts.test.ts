// Questions on a real terminal. What is asked in which order is tested with buffers; this is about keys and screens.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openclawProgram } from '../support/openclaw.ts';
import { hasScript, openTerminal } from '../support/pseudo-terminal.ts';
import { runHere } from '../support/run-here.ts';

describe.skipIf(!hasScript())('on a real terminal (skipped without util-linux script)', () => {
  test('add asks for what is missing, says what is wrong at once, and stores the answers', async () => {
    const { open, openclaw } = await freshState();
    const { shows, keys, exited, written } = open('command', 'add');
    await shows('? Name');
    keys('scale\r');
    await shows('? Trigger, as typed in chat (/rollback)');
    keys('scale\r');
    await shows('"scale" does not begin with a slash; ');
    keys('\u0015/scale\r');
    await shows('? Instructions');
    keys('Scale it.\r');
    expect(await exited).toBe(0);
    expect(written()).toContain('✓ added command "scale" (id 2)');
    expect((await openclaw('command', 'show', 'scale', '--json')).json()).toMatchObject({
      spec: { trigger: '/scale', message: 'Scale it.' },
    });
  });

  test('escalation add asks level by level until nobody is next', async () => {
    const { open, openclaw } = await freshState();
    const { shows, keys, exited } = open('escalation', 'add', '--name', 'Default');
    await shows('? Who is told first');
    keys('on-call\r');
    await shows('? How long may on-call take to acknowledge (5m)');
    keys('5\r');
    await shows('"5" is not a duration');
    keys('m\r');
    await shows('? Who is told next (Enter: nobody)');
    keys('team-lead\r');
    await shows('? How long may team-lead take to acknowledge (5m)');
    keys('15m\r');
    await shows('team-lead take to acknowledge (5m) 15m');
    keys('\r');
    expect(await exited).toBe(0);
    expect((await openclaw('escalation', 'show', 'Default', '--json')).json()).toMatchObject({
      spec: {
        levels: [
          { target: 'on-call', timeoutMs: 300_000 },
          { target: 'team-lead', timeoutMs: 900_000 },
        ],
      },
    });
  });

  test('Ctrl-C in the middle changes nothing', async () => {
    const { open, openclaw } = await freshState();
    const { shows, keys, exited, written } = open('command', 'add', '--name', 'scale');
    await shows('? Trigger');
    keys('/scale\r');
    await shows('? Instructions');
    keys('\u0003');
    expect(await exited).toBe(1);
    expect(written()).toContain('error: cancelled; nothing was changed');
    expect((await openclaw('command', 'list', '--json')).json()).toEqual([]);
  });

  test('remove asks: Enter is no, y is yes', async () => {
    const { open, openclaw } = await freshState();
    const add = ['command', 'add', '--name', 'scale', '--trigger', '/scale', '--message', 'x'];
    expect((await openclaw(...add)).code).toBe(0);
    const first = open('command', 'remove', 'scale');
    await first.shows('? Remove command "scale" (id 2)? (y/N)');
    first.keys('\r');
    expect(await first.exited).toBe(1);
    expect((await openclaw('command', 'show', 'scale')).code).toBe(0);
    const second = open('command', 'remove', 'scale');
    await second.shows('(y/N)');
    second.keys('y\r');
    expect(await second.exited).toBe(0);
    expect((await openclaw('command', 'show', 'scale')).code).toBe(3);
  });
});

async function freshState() {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-prompts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const stateDir = join(folder, 'ops');
  const program = await openclawProgram();
  return {
    openclaw: (...args: string[]) => runHere(args, { stateDir }),
    open: (...args: string[]) =>
      openTerminal([process.execPath, program, ...args], {
        cwd: folder,
        env: { HOME: folder, OPENCLAW_STATE_DIR: stateDir },
      }),
  };
}
