// `channel test`, `doctor` and `contact test` with PagerDuty: what does not work is found before the night it is needed,
// and nobody is woken by looking.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { runCli, temporaryStateDir } from '../cli/run-cli.ts';
import { type PagerDuty, startPagerDuty } from '../support/pagerduty.ts';

let pd: PagerDuty;
let stateDir: string;
let env: Record<string, string>;

beforeEach(async () => {
  pd = await startPagerDuty();
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  stateDir = state.stateDir;
  env = { PD_KEY: pd.routingKey, PD_TOKEN: pd.token, PD_WEBHOOK: pd.webhookSecret };
  pd.users.push({ id: 'PSARAH', name: 'Sarah Connor', email: 'sarah@example.org' });
  pd.schedules.push({
    id: 'PABC123',
    name: 'Primary',
    shifts: [{ user: 'PSARAH', from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' }],
  });
});

async function cli(...words: string[]) {
  const ran = await runCli(words, { stateDir, env });
  for (const secret of [pd.routingKey, pd.token, pd.webhookSecret])
    expect(ran.stdout + ran.stderr).not.toContain(secret);
  return ran;
}

async function addPager(...more: string[]): Promise<void> {
  const added = await cli(
    ...['channel', 'add', '--name', 'pager', '--type', 'pagerduty', '--set', `events=${pd.url}`],
    ...['--set', `api=${pd.url}`, '--secret', 'routing-key=env:PD_KEY', ...more],
  );
  expect(added.code).toBe(0);
}

const levels = (target: string) =>
  cli('escalation', 'add', '--name', 'Default', '--level-1', target, '--timeout', '5m');

describe('channel test', () => {
  test('asks for the key, the token and the schedules, wakes nobody and says what it cannot know', async () => {
    await addPager('--secret', 'api-token=env:PD_TOKEN', '--secret', 'webhook=env:PD_WEBHOOK');
    await cli('contact', 'add', '--name', 'sarah', '--id', 'pagerduty=PSARAH');
    expect((await levels('pagerduty:PABC123')).stderr).not.toContain('is configured yet');
    const tested = await cli('channel', 'test', 'pager');
    expect(tested.code).toBe(0);
    expect(tested.stdout).toContain('taken by 127.0.0.1');
    expect(tested.stdout).toContain('reads schedules at 127.0.0.1');
    expect(tested.stdout).toContain('Sarah Connor, who is @sarah');
    expect(tested.stdout).toContain('nothing has come yet to /channels/pager');
    expect(tested.stdout).toContain('A page shows it: openclaw contact test NAME');
    expect(pd.incidents).toEqual([]);
    expect(pd.events.map(({ event_action }) => event_action)).toEqual(['resolve']);
  });

  test('says what PagerDuty says of a key that is none, and of a token that is not right', async () => {
    env.PD_KEY = 'short';
    env.PD_TOKEN = 'wrong';
    await addPager('--secret', 'api-token=env:PD_TOKEN');
    const tested = await cli('channel', 'test', 'pager');
    expect(tested.code).toBe(1);
    expect(tested.stdout + tested.stderr).toContain("Length of 'routing_key' is incorrect");
    expect(tested.stdout + tested.stderr).toContain('refuses us (401)');
  });

  test('says of a schedule that is not there, or empty', async () => {
    await addPager('--secret', 'api-token=env:PD_TOKEN');
    pd.schedules.push({ id: 'PEMPTY1', name: 'Empty', shifts: [] });
    await cli(
      ...['escalation', 'add', '--name', 'Default', '--level-1', 'pagerduty:Empty', '--timeout', '5m'],
      ...['--level-2', 'pagerduty:Gone', '--timeout', '5m'],
    );
    const { stdout, stderr, code } = await cli('channel', 'test', 'pager');
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('nobody is on call in "Empty" now');
    expect(stdout + stderr).toContain('PagerDuty has no schedule "Gone"');
  });

  test('of one without a key says how it gets one', async () => {
    expect((await cli('channel', 'add', '--name', 'pd', '--type', 'pagerduty')).code).toBe(0);
    const tested = await cli('channel', 'test', 'pd');
    expect(tested.code).toBe(2);
    expect(tested.stderr).toContain('openclaw channel edit pd --secret routing-key=env:');
  });
});

describe('doctor', () => {
  const findings = async () =>
    ((await cli('doctor', '--json')).json() as { findings: { about: string; level: string; text: string }[] })
      .findings;
  const about = async (what: string) => (await findings()).filter((one) => one.about === what);

  test('asks each PagerDuty as the test does', async () => {
    await addPager('--secret', 'api-token=env:PD_TOKEN');
    expect(await about('channel "pager"')).toMatchObject([{ level: 'ok' }]);
    env.PD_TOKEN = 'wrong';
    expect(await about('channel "pager"')).toMatchObject([
      { level: 'warn', text: expect.stringContaining('refuses us (401)') },
    ]);
  });

  test('says that a level was never answered, and which channel has no key', async () => {
    await addPager();
    await levels('pagerduty:PABC123');
    expect(await about('escalation "Default"')).toMatchObject([
      { level: 'fail', text: expect.stringContaining('no pagerduty channel has an api-token') },
    ]);
    await cli('channel', 'add', '--name', 'other', '--type', 'pagerduty');
    expect(await about('channel "other"')).toMatchObject([
      { level: 'warn', text: expect.stringContaining('has no routing key') },
    ]);
  });
});
