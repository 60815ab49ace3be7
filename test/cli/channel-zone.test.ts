import { expect, onTestFinished, test } from 'vitest';
import { runCli, temporaryStateDir } from './run-cli.ts';

test.each([
  ['slack', 'America/New_York', 0, ''],
  ['terminal', 'Europe/Berlin', 0, ''],
  ['slack', 'Berlin', 2, '--set zone: there is no time zone "Berlin"'],
  ['slack', '+02:00', 2, '--set zone: there is no time zone "+02:00"'],
  // Nobody types there.
  ['webhook', 'Europe/Berlin', 2, 'a webhook channel has no setting "zone"'],
])('a %s channel with the zone %s', async (type, zone, code, said) => {
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const url = type === 'webhook' ? ['--set', 'url=https://pager.example.org/x'] : [];
  const run = await runCli(
    ['channel', 'add', '--name', 'here', '--type', type, ...url, '--set', `zone=${zone}`],
    { stateDir: state.stateDir },
  );
  expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(said)]);
});
