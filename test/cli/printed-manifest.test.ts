// What Slack does not know yet: a command that changed after the app's manifest was printed last.
import { expect, onTestFinished, test } from 'vitest';
import { startSlack } from '../support/slack.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

const PRINTED = Date.parse('2026-11-23T09:04:12');
const NO_SCALE = 'the Slack app manifest printed at 2026-11-23 09:04:12 has no /scale';
const HINT = 'print it again, and paste it in the app ("App Manifest"): openclaw channel manifest slack';
const command = (name: string) => [
  'command',
  'add',
  '--name',
  name,
  '--trigger',
  `/${name}`,
  '--message',
  'x',
];

async function scene({ connected }: { connected?: string } = {}) {
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const env = { BOT: 'xoxb-fake-token', APP: 'xapp-fake-token' };
  let now = PRINTED;
  const typed = (...args: string[]) => runCli(args, { stateDir: state.stateDir, env, now: () => now });
  await typed(
    ...['channel', 'add', '--name', 'slack', '--type', 'slack'],
    ...(connected === undefined
      ? []
      : ['--set', `api=${connected}`, '--secret', 'bot-token=env:BOT', '--secret', 'app-token=env:APP']),
  );
  await typed(...command('rollback'));
  return {
    typed,
    async print(...flags: string[]) {
      expect((await typed('channel', 'manifest', 'slack', ...flags)).code).toBe(0);
      now += 60_000;
    },
  };
}

test('an added command is said to be missing in it, with what to type, until it is printed again', async () => {
  const { typed, print } = await scene();
  await print();
  const added = await typed(...command('scale'));
  expect([added.code, added.stderr]).toEqual([
    0,
    expect.stringContaining(`warning: ${NO_SCALE}\n   hint: ${HINT}\n`),
  ]);
  const edited = await typed('command', 'edit', 'scale', '--append-message', 'y', '--json');
  expect(edited.json()).toMatchObject({ ok: true, warnings: [`${NO_SCALE}: ${HINT}`] });
  await print();
  expect((await typed('command', 'edit', 'scale', '--append-message', 'z')).stderr).not.toContain('manifest');
});

test('nothing is said where none was printed, or of a command that it has', async () => {
  const { typed, print } = await scene();
  expect((await typed(...command('scale'))).stderr).not.toContain('manifest');
  await print();
  expect((await typed('command', 'edit', 'scale', '--append-message', 'y')).stderr).not.toContain('manifest');
  expect((await typed('contact', 'add', '--name', 'kim', '--id', 'slack=U1')).stderr).not.toContain(
    'manifest',
  );
  await typed('channel', 'disable', 'slack');
  expect((await typed(...command('grow'))).stderr).not.toContain('manifest');
});

test.each([
  [['command', 'remove', 'rollback', '--yes'], 'still has /rollback'],
  [['command', 'disable', 'rollback'], 'still has /rollback'],
  [['command', 'edit', 'rollback', '--trigger', '/back'], 'has no /back, and still has /rollback'],
  [
    ['channel', 'edit', 'slack', '--set', 'prefix=acme-'],
    'has /rollback where rooms are told /acme-rollback',
  ],
])('%o', async (args, news) => {
  const { typed, print } = await scene();
  await print();
  const ran = await typed(...args);
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining(`09:04:12 ${news}\n`)]);
  expect(ran.stderr.match(/manifest printed/g)).toHaveLength(1);
});

test('apply says it once for all that came, and a dry run does not', async () => {
  const { typed, print } = await scene();
  await print();
  const yaml = ['scale', 'grow']
    .map((name) => `  - { kind: command, name: ${name}, trigger: /${name}, message: x }\n`)
    .join('');
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${state.stateDir}/ops.yaml`, `resources:\n${yaml}`);
  const apply = ['apply', '-f', `${state.stateDir}/ops.yaml`];
  expect((await typed(...apply, '--dry-run')).stderr).not.toContain('manifest');
  const ran = await typed(...apply);
  expect([ran.code, ran.stderr]).toEqual([
    0,
    expect.stringMatching(/has no \/(scale, \/grow|grow, \/scale)\n/),
  ]);
});

test('doctor and channel test say all of it, and neither calls it broken', async () => {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-info': 'C2INFO' });
  const { typed, print } = await scene({ connected: slack.api });
  await print();
  expect((await typed('doctor')).stdout).not.toContain('manifest');
  await typed(...command('scale'));
  const doctor = await typed('doctor');
  expect(doctor.stdout).toContain(`! channel "slack": ${NO_SCALE}\n    ${HINT}\n`);
  const tested = await typed('channel', 'test', 'slack');
  expect([tested.code, tested.stdout]).toEqual([
    0,
    expect.stringContaining(`slash commands        ${NO_SCALE}; `),
  ]);
});

test('printed with a prefix that is not stored, both ways out are named', async () => {
  const { typed, print } = await scene();
  await print('--prefix', 'acme-');
  const { stdout } = await typed('doctor');
  expect(stdout).toContain('has /acme-rollback where rooms are told /rollback');
  expect(stdout).toContain('openclaw channel edit slack --set prefix=acme-; else print it again');
});
