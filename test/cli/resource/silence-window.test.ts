// A maintenance window as it is typed, changed, and written to a file and back.
import { expect, test } from 'vitest';
import { localTime } from '../../../src/cli/output.ts';
import { freshCli, NOW } from './fresh-cli.ts';

const { ok, stored } = freshCli();

test('a window each day has a zone and a length, and no end', async () => {
  await ok([
    ...['silence', 'add', '--name', 'nightly', '--match', 'service=api*'],
    ...['--daily', '2:00', '--for', '1h', '--zone', 'Europe/Berlin'],
  ]);
  expect((await stored('silence', 'nightly')).spec).toEqual({
    name: 'nightly',
    match: { service: 'api*' },
    daily: '02:00',
    forMs: 3_600_000,
    zone: 'Europe/Berlin',
  });
  await ok(['silence', 'edit', 'nightly', '--for', '30m']);
  expect((await stored('silence', 'nightly')).spec).toMatchObject({ daily: '02:00', forMs: 1_800_000 });
  const { stdout } = await ok(['export']);
  expect(stdout).toMatch(/daily: "?02:00"?\n\s+for: 30m/);
});

test('what was made for once and comes again from now on loses its end', async () => {
  await ok(['silence', 'add', '--name', 'once', '--match', 'service=api', '--for', '1h']);
  await ok(['silence', 'edit', 'once', '--weekly', 'Sunday 02:00', '--for', '3h']);
  const { spec } = await stored('silence', 'once');
  expect(spec).toMatchObject({ weekly: 'sun 02:00', forMs: 10_800_000 });
  expect(spec).not.toHaveProperty('until');
});

test('a pattern of services is warned of only where no service fits it', async () => {
  const add = (name: string, match: string) =>
    ok(['silence', 'add', '--name', name, '--match', `service=${match}`, '--for', '1h']);
  const { stderr } = await add('early', 'api*');
  expect(stderr).toContain('no service that is configured matches "api*"');
  expect(stderr).not.toContain('service add');
  await ok(['service', 'add', '--name', 'api-eu']);
  expect((await add('late', 'api*')).stderr).not.toContain('warning');
});

test('a list shows its times as all lists do', async () => {
  await ok(['silence', 'add', '--name', 'early', '--match', 'severity=info', '--for', '1h']);
  const { stdout } = await ok(['silence', 'list']);
  expect(stdout).toContain(localTime(NOW + 3_600_000));
  expect(stdout).toContain('once added');
  expect(stdout).not.toMatch(/\.\d{3}Z/);
});
