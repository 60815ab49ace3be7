import { describe, expect, test } from 'vitest';
import type { AutoFix } from '../../../src/domain/resource.ts';
import { freshCli } from './fresh-cli.ts';

const { ok, run, stored } = freshCli();
const fix = async () => (await stored('auto-fix', 'Disk')).spec as AutoFix;
const capabilities = async () => (await fix()).steps.map(({ capability }) => capability);
const add = (...rest: string[]) => [
  'auto-fix',
  'add',
  '--name',
  'Disk',
  '--condition',
  'disk_usage > 90%',
  ...rest,
];
const PRUNE = ['--action', 'docker system prune -f'];
const AUTO = ['--approval', 'auto', '--notify', '#ops-info'];

describe('an auto-fix', () => {
  test('asks unless it is told to run by itself', async () => {
    await ok(add(...PRUNE));
    expect(await fix()).toMatchObject({ approval: 'ask', twoPerson: false });
  });

  test('shows the steps its words stand for, and names them by a digest', async () => {
    const { stdout } = await ok(add(...PRUNE, ...AUTO, '--cooldown', '30m'));
    expect(stdout).toContain('step 1: disk.prune-docker   from "docker system prune -f"');
    expect(stdout).toContain(`digest: ${(await fix()).stepsDigest}`);
    expect((await ok(['auto-fix', 'show', 'Disk'])).stdout).toContain('step 1: disk.prune-docker');
  });

  test('whose last day is over is added with a warning', async () => {
    const { stderr } = await ok(add(...PRUNE, '--expires', '2026-11-22'));
    expect(stderr).toContain('it was agreed to until 2026-11-22, and that is over: it neither runs nor asks');
    expect((await ok(['auto-fix', 'edit', 'Disk', '--expires', '2026-11-23'])).stderr).not.toContain('over');
  });

  test('of a service that is not among those there are is warned of', async () => {
    const restart = ['--action', 'Rolling restart of shoop'];
    expect((await ok(add(...restart))).stderr).not.toContain('no service');
    await ok(['service', 'add', '--name', 'shop']);
    const { stderr } = await ok(['auto-fix', 'edit', 'Disk', ...restart, '--notify', '#ops']);
    expect(stderr).toContain('no service "shoop" is configured yet');
    expect(stderr).toContain('did you mean "shop"?');
    expect(
      (await ok(['auto-fix', 'edit', 'Disk', '--action', 'Rolling restart of shop'])).stderr,
    ).not.toContain('no service');
  });

  test('on a metric that nothing built in measures is warned of, and so is a rule', async () => {
    await ok(add(...PRUNE));
    const { stderr } = await ok(['auto-fix', 'edit', 'Disk', '--condition', 'disk_usag > 3']);
    expect(stderr).toContain('nothing built in measures "disk_usag"');
    expect(stderr).toContain('did you mean disk_usage? built in: up, error_rate,');
    const rule = await ok(['alert-rule', 'add', '--name', 'Queue', '--condition', 'queue_depth > 3']);
    expect(rule.stderr).toContain('nothing built in measures "queue_depth"');
  });

  test('that runs by itself without limits of its own is added with a warning that names those that hold', async () => {
    expect((await ok(add(...PRUNE, ...AUTO))).stderr).toContain(
      'neither --cooldown nor --max-runs is given, so the defaults hold: at most 10 per day for each target, at least 15m apart, and all fixes together 10 times an hour',
    );
    expect((await ok(['auto-fix', 'edit', 'Disk', '--cooldown', '30m'])).stderr).not.toContain('neither');
  });

  test('whose words are not understood stays a checklist, whole: no half of it is ever run', async () => {
    const { stderr, stdout } = await ok(add('--action', '1. docker system prune -f\n2. Call Sam'));
    expect(stderr).toContain(
      'not compiled, so this fix stays a checklist without an approve button: line "2. Call Sam"',
    );
    expect(stdout).toContain('no steps: a checklist for people');
    expect(await capabilities()).toEqual([]);
  });

  test('is compiled again when its action changes, and its digest changes with it', async () => {
    await ok(add(...PRUNE));
    const { stepsDigest } = await fix();
    await ok(['auto-fix', 'edit', 'Disk', '--append-action', 'journalctl --vacuum-size=500M']);
    expect(await capabilities()).toEqual(['disk.prune-docker', 'disk.vacuum-journal']);
    expect((await fix()).stepsDigest).not.toBe(stepsDigest);
  });

  test('keeps steps and digest when something else changes', async () => {
    await ok(add(...PRUNE));
    const { stepsDigest, steps } = await fix();
    await ok(['auto-fix', 'edit', 'Disk', '--notify', '#ops', '--name', 'Disk']);
    expect(await fix()).toMatchObject({ stepsDigest, steps, notify: '#ops' });
  });

  test('with typed steps keeps them until they are cleared', async () => {
    await ok(
      add(
        '--action',
        'In words',
        '--step',
        'services.restart service="my api" mode=rolling',
        '--step',
        'disk.vacuum-journal keepBytes=500000000',
      ),
    );
    expect((await fix()).steps.map(({ args }) => args)).toEqual([
      { service: 'my api', mode: 'rolling' },
      { keepBytes: 500_000_000 },
    ]);
    await ok(['auto-fix', 'edit', 'Disk', ...PRUNE]);
    expect(await capabilities()).toEqual(['services.restart', 'disk.vacuum-journal']);
    await ok(['auto-fix', 'edit', 'Disk', '--clear-step']);
    expect(await capabilities()).toEqual(['disk.prune-docker']);
  });

  test.each([
    ['an action that cannot be compiled', ['--action', 'Do what is best']],
    ['a step that is never automatic', ['--step', 'caches.flush service=api']],
    ['nobody to tell', ['--clear-notify']],
  ])('that runs by itself cannot be edited into %s', async (_name, flags) => {
    await ok(add(...PRUNE, ...AUTO));
    const before = await fix();
    expect((await run(['auto-fix', 'edit', 'Disk', ...flags])).code).toBe(4);
    expect(await fix()).toEqual(before);
  });

  test('that is a checklist cannot be edited into running by itself', async () => {
    await ok(add('--action', 'Call Sam'));
    expect((await run(['auto-fix', 'edit', 'Disk', ...AUTO])).code).toBe(4);
    expect((await fix()).approval).toBe('ask');
  });
});

describe('an auto-fix whose steps are stated exactly', () => {
  const RESTART = ['--step', 'services.restart service=api mode=rolling'];
  const restart = [{ capability: 'services.restart', args: { service: 'api', mode: 'rolling' } }];

  test('needs no words, is shown and listed by its step, and may run by itself', async () => {
    await ok(add(...RESTART, ...AUTO, '--cooldown', '30m'));
    expect(await fix()).toMatchObject({ steps: restart, approval: 'auto' });
    expect(await fix()).not.toHaveProperty('action');
    const shown = (await ok(['auto-fix', 'show', 'Disk'])).stdout;
    expect(shown).toContain('step 1: services.restart service=api mode=rolling');
    expect(shown).not.toContain('action');
    expect((await ok(['auto-fix', 'list'])).stdout).toContain('services.restart service=api mode=rolling');
  });

  test('of several the list names the first and counts the rest', async () => {
    await ok(add(...RESTART, '--step', 'disk.prune-docker', '--step', 'disk.prune-docker'));
    expect((await ok(['auto-fix', 'list'])).stdout).toContain('services.restart and 2 more');
  });

  test('comes back the same from an export', async () => {
    await ok(add(...RESTART));
    const exported = (await ok(['export', 'auto-fix'])).stdout;
    expect(exported).not.toContain('action:');
    expect((await ok(['apply', '-f', '-'], { stdin: exported })).stdout).toContain('no change');
    await ok(['auto-fix', 'remove', 'Disk', '--yes']);
    await ok(['apply', '-f', '-'], { stdin: exported });
    expect(await fix()).toMatchObject({ steps: restart });
  });

  test('can be edited without words', async () => {
    await ok(add(...RESTART));
    const { stderr } = await ok(['auto-fix', 'edit', 'Disk', '--cooldown', '1h']);
    expect(stderr).not.toContain('action');
    expect(await fix()).toMatchObject({ steps: restart, cooldownMs: 3_600_000 });
  });

  test('goes from words to steps and back', async () => {
    await ok(add(...PRUNE));
    await ok(['auto-fix', 'edit', 'Disk', ...RESTART, '--clear-action']);
    expect(await fix()).toMatchObject({ steps: restart });
    expect(await fix()).not.toHaveProperty('action');
    await ok(['auto-fix', 'edit', 'Disk', ...PRUNE, '--clear-step']);
    expect(await capabilities()).toEqual(['disk.prune-docker']);
  });

  test('where an edit leaves words beside steps, it says which of the two counts', async () => {
    await ok(add(...PRUNE));
    const toSteps = await ok(['auto-fix', 'edit', 'Disk', ...RESTART]);
    expect(toSteps.stderr).toContain(
      'only the steps count; to remove it: openclaw auto-fix edit Disk --clear-action',
    );
    const toWords = await ok(['auto-fix', 'edit', 'Disk', '--action', 'journalctl --vacuum-size=500M']);
    expect(toWords.stderr).toContain('to go by the action: openclaw auto-fix edit Disk --clear-step');
    expect(await fix()).toMatchObject({ steps: restart });
  });

  test.each([
    ['its steps cleared', RESTART, '--clear-step'],
    ['the words cleared that its steps were compiled from', PRUNE, '--clear-action'],
  ])('cannot be left with nothing to do: %s', async (_name, given, cleared) => {
    await ok(add(...given));
    const before = await fix();
    const { code, stderr } = await run(['auto-fix', 'edit', 'Disk', cleared]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/neither an action nor a step.*--action.*--step/s);
    expect(await fix()).toEqual(before);
  });

  test.each([
    ['no steps', ''],
    ['an empty list of steps', ', steps: []'],
  ])('a file with %s and no action is refused', async (_name, more) => {
    const stdin = `resources: [{ kind: auto-fix, name: Disk, condition: up = false${more} }]`;
    const { code, stderr } = await run(['apply', '-f', '-'], { stdin });
    expect(code).toBe(2);
    expect(stderr).toMatch(/action.*step/s);
  });
});

describe('what was agreed to in advance', () => {
  test.each([
    ['condition', ['--condition', 'disk_usage > 80%']],
    ['steps', ['--step', 'disk.vacuum-journal keepBytes=100000000']],
    ['runs', ['--max-runs', '50 per day']],
    ['cooldown', ['--cooldown', '1m']],
    ['last day', ['--expires', '2030-01-31']],
  ])('is agreed to again where an edit changes its %s', async (_what, flags) => {
    await ok(add(...PRUNE, ...AUTO));
    const { stderr } = await ok(['auto-fix', 'edit', 'Disk', ...flags]);
    expect(stderr).toContain('asks from now on');
    expect((await fix()).approval).toBe('ask');
    await ok(['auto-fix', 'edit', 'Disk', '--approval', 'auto']);
    await ok(['auto-fix', 'edit', 'Disk', ...flags, '--approval', 'auto']);
    expect((await fix()).approval).toBe('auto');
  });

  test('stays where an edit changes only who is told, or writes the same again', async () => {
    await ok(add(...PRUNE, ...AUTO, '--cooldown', '1h'));
    await ok(['auto-fix', 'edit', 'Disk', '--notify', '#ops-alerts', '--cooldown', '60m']);
    expect((await fix()).approval).toBe('auto');
  });
});

describe('the last day and the zone', () => {
  test('are kept and shown', async () => {
    await ok(add(...PRUNE, '--expires', '2027-01-31', '--zone', 'europe/berlin'));
    expect(await fix()).toMatchObject({ expires: '2027-01-31', zone: 'Europe/Berlin' });
    expect((await ok(['auto-fix', 'list'])).stdout).toContain('until 2027-01-31');
  });

  test.each([
    ['--expires', '2027-02-30', 'is not a day of the calendar'],
    ['--expires', 'tomorrow', 'is not a day of the calendar'],
    ['--zone', 'Berlin', 'did you mean --zone Europe/Berlin?'],
    ['--zone', '+02:00', 'there is no time zone'],
  ])('%s %s is refused', async (flag, text, why) => {
    const { code, stderr } = await run(add(...PRUNE, flag, text));
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });
});
