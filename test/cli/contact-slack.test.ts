// People of Slack and PagerDuty as an operator adds them, and routes that want a channel for each incident.
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { linkKey } from '../../src/store/links.ts';
import { openStore } from '../../src/store/store.ts';
import { createTestClock } from '../support/clock.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

let stateDir: string;
beforeEach(() => {
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  ({ stateDir } = state);
});

const run = (...words: string[]) => runCli(words, { stateDir });
const shown = async (name: string) => (await run('contact', 'show', name, '--json')).json();

test('--slack is their member id, beside the others', async () => {
  await run('contact', 'add', '--name', 'sarah', '--slack', 'U024BE7LH', '--id', 'local=1000');
  expect(await shown('sarah')).toMatchObject({
    spec: { ids: { slack: 'U024BE7LH', local: '1000' } },
  });
  await run('contact', 'edit', 'sarah', '--slack', 'U9');
  expect(await shown('sarah')).toMatchObject({ spec: { ids: { slack: 'U9', local: '1000' } } });
});

test('--pagerduty is their id there, beside the others and together with --slack', async () => {
  await run('contact', 'add', '--name', 'sarah', '--slack', 'U024BE7LH', '--pagerduty', 'PSARAH1');
  expect(await shown('sarah')).toMatchObject({ spec: { ids: { slack: 'U024BE7LH', pagerduty: 'PSARAH1' } } });
  await run('contact', 'edit', 'sarah', '--pagerduty', 'PSARAH2');
  expect(await shown('sarah')).toMatchObject({ spec: { ids: { slack: 'U024BE7LH', pagerduty: 'PSARAH2' } } });
});

test('--slack-email stands for an id until it is confirmed, and the list says that it is not', async () => {
  const added = await run(
    'contact',
    'add',
    '--name',
    'mike',
    '--slack-email',
    'mike@example.org',
    '--can',
    'approve',
  );
  expect(added.code).toBe(0);
  expect((await run('contact', 'list')).stdout).toContain('mike@example.org, not confirmed');
});

test('another address of who is linked changes no account, and says so', async () => {
  await run('contact', 'add', '--name', 'mike', '--slack-email', 'mike@example.org');
  await run('contact', 'edit', 'mike', '--slack', 'U2MIKE');
  const edited = await run('contact', 'edit', 'mike', '--slack-email', 'other@example.org');
  expect(edited.code).toBe(0);
  expect(edited.stderr).toContain(
    'mike is linked to the Slack account U2MIKE and stays so: nobody is looked for by other@example.org. Another account: openclaw contact edit mike --slack U…',
  );
  expect(await shown('mike')).toMatchObject({ spec: { ids: { slack: 'U2MIKE' } } });
  const linked = await run('contact', 'edit', 'mike', '--slack', 'U3MIKE', '--slack-email', 'o@example.org');
  expect(linked.stderr).not.toContain('stays so');
});

test('the same --slack-email once more is how to have them looked for now', async () => {
  await run('contact', 'add', '--name', 'mike', '--slack-email', 'mike@example.org');
  const later = Date.now() + 3_600_000;
  const open = async () => openStore({ file: join(stateDir, 'openclaw.db'), clock: createTestClock() });
  let store = await open();
  const id = (await store.read.resources.find('contact', 'mike'))?.id ?? 0;
  await store.write((tx) => tx.jobs.add('link', {}, { key: linkKey(id), runAt: later }));
  await store.close();
  const again = await run('contact', 'edit', 'mike', '--slack-email', 'mike@example.org');
  expect(again.stdout).toContain(
    'mike@example.org is looked for in Slack once the daemon runs (openclaw run)',
  );
  store = await open();
  onTestFinished(() => store.close());
  expect((await store.read.jobs.findQueued(linkKey(id)))?.runAt).toBeLessThan(later);
  // Who is linked is not looked for.
  await run('contact', 'edit', 'mike', '--slack', 'U1MIKE');
  const linked = await run('contact', 'edit', 'mike', '--slack-email', 'mike@example.org');
  expect(linked.stdout).toContain('nothing was changed');
});

test.each([
  [['--slack', '@sarah'], 'display name'],
  [['--slack', '@sarah'], '--slack U024BE7LH'],
  [['--slack', 'Sarah'], 'no id of Slack'],
  [['--id', 'slack=sarah'], 'Copy member ID'],
  [['--pagerduty', 'P SARAH'], '--pagerduty PSARAH1'],
  [['--pagerduty', 'P1', '--pagerduty', 'P2'], '--pagerduty: was given 2 times'],
  [['--slack-email', 'sarah'], 'no e-mail address'],
  [[], '--slack-email'],
])('%j is refused', async (flags, why) => {
  const refused = await run('contact', 'add', '--name', 'x', ...flags);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(why);
});

test('a channel for each incident where the chat has none is a warning; without an incident it is an error', async () => {
  const route = ['alert-route', 'add', '--to', '#x', '--incident-channel'];
  const warned = await run(...route, '--name', 'a', '--channel', 'terminal');
  expect(warned.code).toBe(0);
  expect(warned.stderr + warned.stdout).toContain('cannot open channels');
  expect((await run(...route, '--name', 'b', '--severity', 'warning')).code).toBe(2);
  expect((await run(...route, '--name', 'c', '--severity', 'warning', '--incident')).code).toBe(0);
});
