import { beforeEach, describe, expect, test } from 'vitest';
import type { Resource } from '../../../src/domain/resource.ts';
import { freshCli, MESSAGE, rollback } from './fresh-cli.ts';

const { ok, run, stored } = freshCli();

describe('edit', () => {
  beforeEach(async () => {
    await ok([...rollback, '--announce', '--to', '#ops', '--watch', '5m']);
  });

  test('changes what is given and keeps the rest', async () => {
    await ok(['command', 'edit', 'rollback', '--watch', '10m']);
    const { spec, revision } = await stored('command', 'rollback');
    expect(spec).toMatchObject({ watchMs: 600_000, announce: true, message: MESSAGE });
    expect(revision).toBe(2);
  });

  test('appends on a line of its own, or where the text brings its own', async () => {
    await ok(['command', 'edit', 'rollback', '--message', 'one']);
    await ok(['command', 'edit', 'rollback', '--append-message', 'two']);
    await ok(['command', 'edit', 'rollback', '--append-message', '\nthree\n']);
    await ok(['command', 'edit', 'rollback', '--append-message', 'four']);
    expect((await stored('command', 'rollback')).spec).toMatchObject({ message: 'one\ntwo\nthree\nfour' });
  });

  test('clears', async () => {
    await ok([
      'command',
      'edit',
      'rollback',
      '--clear-watch',
      '--clear-source',
      '--no-announce',
      '--clear-to',
    ]);
    const { spec } = await stored('command', 'rollback');
    expect(spec).toMatchObject({ sources: [], announce: false });
    expect(spec).not.toHaveProperty('watchMs');
    expect(spec).not.toHaveProperty('to');
  });

  test('renames, and a taken name is refused', async () => {
    await ok(['command', 'edit', 'rollback', '--name', 'undo']);
    expect(await stored('command', 'undo')).toMatchObject({ id: 2, name: 'undo', spec: { name: 'undo' } });
    await ok(['command', 'add', '--name', 'scale', '--trigger', '/scale', '--message', 'x']);
    expect((await run(['command', 'edit', 'scale', '--name', 'undo'])).code).toBe(1);
    expect((await run(['command', 'edit', 'scale', '--trigger', '/rollback'])).code).toBe(1);
  });

  test('that changes nothing writes nothing', async () => {
    const { stdout } = await ok(['command', 'edit', 'rollback', '--watch', '5m']);
    expect(stdout).toContain('nothing was changed');
    expect((await stored('command', 'rollback')).revision).toBe(1);
  });

  test('of settings adds to those that are there', async () => {
    await ok(['source', 'add', '--name', 'AWS', '--type', 'aws', '--set', 'region=eu-west-1']);
    await ok(['source', 'edit', 'AWS', '--set', 'profile=ops']);
    expect((await stored('source', 'AWS')).spec).toMatchObject({
      settings: { region: 'eu-west-1', profile: 'ops' },
    });
  });

  test('of an escalation binds a timeout to its level and keeps the others', async () => {
    await ok([
      'escalation',
      'add',
      '--name',
      'e',
      '--level-1',
      'a',
      '--timeout',
      '5m',
      '--level-2',
      'b',
      '--timeout',
      '15m',
    ]);
    await ok(['escalation', 'edit', 'e', '--level-2', 'c', '--level-3', 'd', '--timeout', '30m']);
    expect((await stored('escalation', 'e')).spec).toMatchObject({
      levels: [
        { target: 'a', timeoutMs: 300_000 },
        { target: 'c', timeoutMs: 900_000 },
        { target: 'd', timeoutMs: 1_800_000 },
      ],
    });
    await ok(['escalation', 'edit', 'e', '--clear-level', '3']);
    expect((await stored('escalation', 'e')).spec).toMatchObject({
      levels: [{ target: 'a' }, { target: 'c' }],
    });
  });

  test('of the built-in agent works on an empty state', async () => {
    const { stdout } = await ok([
      'agent',
      'edit',
      'DevOps Monitor',
      '--append-message',
      '\nINCIDENT WORKFLOW:\n1. Create a thread',
    ]);
    expect(stdout).toContain('changed agent "DevOps Monitor"');
    expect((await ok(['agent', 'show', 'DevOps Monitor'])).stdout).toContain(
      '\nINCIDENT WORKFLOW:\n1. Create a thread\n',
    );
  });

  test("by several at once loses no one's words: who comes second is told", async () => {
    const edits = ['--watch=7m', '--clear-to', '--two-person', '--source=Grafana', '--playbook=scale'];
    const runs = await Promise.all(
      edits.map((flag) =>
        run(['command', 'edit', 'rollback', flag, ...(flag === '--clear-to' ? ['--no-announce'] : [])]),
      ),
    );
    const { spec, revision } = (await stored('command', 'rollback')) as Resource<'command'>;
    const done = edits.filter((_flag, index) => runs[index]?.code === 0);
    expect(revision).toBe(1 + done.length);
    expect(done.length).toBeGreaterThan(0);
    if (done.includes('--watch=7m')) expect(spec.watchMs).toBe(420_000);
    if (done.includes('--clear-to')) expect(spec.to).toBeUndefined();
    if (done.includes('--two-person')) expect(spec.twoPerson).toBe(true);
    if (done.includes('--source=Grafana')) expect(spec.sources).toEqual(['Grafana']);
    if (done.includes('--playbook=scale')) expect(spec.playbook).toBe('scale');
    for (const { code, stderr } of runs) {
      if (code !== 0) expect(stderr).toContain('was changed by someone else just now');
    }
  });
});
