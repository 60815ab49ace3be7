import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onShift } from '../../../src/domain/on-call.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import { freshCli, MESSAGE, rollback } from './fresh-cli.ts';

const { ok, run, stateDir, stored } = freshCli();

describe('add', () => {
  test('confirms in a line and says what to type next', async () => {
    const { stdout, stderr } = await ok(rollback);
    expect(stdout).toBe('✓ added command "rollback" (id 2)\n');
    expect(stderr).toContain('next: openclaw chat /rollback');
  });

  test('warns of what is not configured yet, with the command that adds it, and goes on', async () => {
    const { stderr } = await ok(rollback);
    expect(stderr).toContain('warning: no source "AWS Production" is configured yet');
    expect(stderr).toContain('openclaw source add --name "AWS Production" --type aws');
    await ok(['source', 'add', '--name', 'AWS Production', '--type', 'aws', '--set', 'region=eu-west-1']);
    const next = await ok([
      'command',
      'add',
      '--name',
      'scale',
      '--trigger',
      '/scale',
      '--source',
      'AWS Production',
      '--message',
      'x',
    ]);
    expect(next.stderr).not.toContain('warning');
  });

  test('prints one document with --json, the warnings in it', async () => {
    const { stdout } = await ok([...rollback, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      resource: {
        id: 2,
        kind: 'command',
        name: 'rollback',
        spec: { message: MESSAGE, sources: ['GitHub', 'AWS Production'] },
      },
      warnings: [expect.stringContaining('GitHub'), expect.stringContaining('AWS Production')],
    });
  });

  test('reads a text from a file or from standard input', async () => {
    writeFileSync(join(stateDir(), 'text.md'), 'from a file\n');
    await ok(['agent', 'add', '--name', 'a', '--message-file', 'text.md']);
    await ok(['agent', 'add', '--name', 'b', '--message-file', '-'], { stdin: 'piped\n' });
    expect((await stored('agent', 'a')).spec).toMatchObject({ message: 'from a file' });
    expect((await stored('agent', 'b')).spec).toMatchObject({ message: 'piped' });
  });

  test('two people adding the same trigger at once: one of them succeeds', async () => {
    await ok(['command', 'list']);
    const runs = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        run(['command', 'add', '--name', name, '--trigger', '/same', '--message', 'x']),
      ),
    );
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1]);
    expect((await ok(['command', 'list', '--json'])).json()).toHaveLength(1);
  });

  test('takes every flag of every noun', async () => {
    const lines: string[][] = [
      [
        'source',
        'add',
        '--name',
        'Alertmanager',
        '--type',
        'alertmanager',
        '--secret',
        'token=env:AM_TOKEN',
        '--services',
        'api,db',
      ],
      [
        'channel',
        'add',
        '--name',
        'pager',
        '--type',
        'pagerduty',
        '--set',
        'events=https://events.eu.pagerduty.com',
        '--secret',
        'routing-key=file:/run/secrets/pd',
      ],
      [
        'contact',
        'add',
        '--name',
        'sarah',
        '--id',
        'slack=U1',
        '--id',
        'local=1000',
        '--order',
        'slack,pager',
        '--can',
        'approve',
        '--unattended',
      ],
      [
        'rotation',
        'add',
        '--name',
        'on-call',
        '--member',
        'sarah',
        '--member',
        'mike',
        '--every',
        'daily',
        '--at',
        '9:00',
        '--zone',
        'europe/berlin',
        '--start',
        '2026-11-01',
        '--override',
        'mike=2026-12-24/2026-12-26T09:00',
      ],
      [
        'service',
        'add',
        '--name',
        'api',
        '--kind',
        'app',
        '--binding',
        'AWS Production=asg:api-prod',
        '--binding',
        'GitHub=acme/api',
        '--instances',
        'api-prod-*',
        '--depends-on',
        'db',
        '--hourly-cost',
        '0.34',
      ],
      [
        'command',
        'add',
        '--name',
        'ship-back',
        '--trigger',
        '/ship-back',
        '--playbook',
        'rollback',
        '--watch',
        '10m',
        '--two-person',
        '--channel',
        'slack',
        '--to',
        '#ops',
        '--announce',
        '--message',
        'x',
      ],
      [
        'auto-fix',
        'add',
        '--name',
        'restart',
        '--condition',
        'up = false for 1m',
        '--action',
        'x',
        '--step',
        'services.restart service=api mode=rolling',
        '--two-person',
        '--notify',
        '#ops',
        '--cooldown',
        '30m',
        '--max-runs',
        '3/day',
      ],
      [
        'alert-rule',
        'add',
        '--name',
        'errors',
        '--condition',
        'error_rate > 5% for 30s',
        '--critical',
        'error_rate > 10%',
        '--severity',
        'warning',
        '--service',
        'api',
        '--source',
        'Alertmanager',
        '--message',
        'errors',
      ],
      [
        'alert-route',
        'add',
        '--name',
        'api',
        '--severity',
        'critical,warning',
        '--service',
        'api',
        '--label',
        'team=api',
        '--channel',
        'slack',
        '--to',
        '#ops',
        '--also-page',
        'on-call,pager',
        '--escalation',
        'Default',
        '--resolve-after',
        '10m',
        '--no-incident',
      ],
      [
        'silence',
        'add',
        '--name',
        'release',
        '--match',
        'service=api',
        '--match',
        'severity=warning',
        '--for',
        '2h',
        '--reason',
        'release',
      ],
    ];
    for (const line of lines) await ok(line);
    expect((await stored('rotation', 'on-call')).spec).toEqual({
      name: 'on-call',
      members: ['sarah', 'mike'],
      period: 'daily',
      handover: '09:00',
      weekday: 1,
      zone: 'Europe/Berlin',
      start: '2026-11-01',
      overrides: [{ member: 'mike', from: '2026-12-24T00:00', until: '2026-12-26T09:00' }],
    });
    expect((await stored('service', 'api')).spec).toMatchObject({
      bindings: { 'AWS Production': 'asg:api-prod', GitHub: 'acme/api' },
      instances: ['api-prod-*'],
      dependsOn: ['db'],
      hourlyCost: 0.34,
    });
    expect((await stored('alert-route', 'api')).spec).toMatchObject({
      incident: false,
      resolveAfterMs: 600_000,
      alsoPage: ['on-call', 'pager'],
    });
    expect((await stored('silence', 'release')).spec).toMatchObject({ until: '2026-11-23T11:00:00.000Z' });
    expect((await stored('contact', 'sarah')).spec).toMatchObject({
      ids: { slack: 'U1', local: '1000' },
      can: ['approve'],
      unattended: true,
    });
    expect((await stored('auto-fix', 'restart')).spec).toMatchObject({
      maxRuns: '3 per day',
      steps: [{ capability: 'services.restart', args: { service: 'api', mode: 'rolling' } }],
    });
    expect((await stored('source', 'Alertmanager')).spec).toMatchObject({
      secrets: { token: 'env:AM_TOKEN' },
      services: ['api', 'db'],
    });
  });
});

describe('on a terminal', () => {
  test('what is missing is asked for', async () => {
    const { stderr } = await ok(['command', 'add', '--trigger', '/scale'], {
      answers: ['scale', 'Scale it.'],
    });
    expect(stderr).toContain('? Name');
    expect(stderr).toContain('? Instructions');
    expect((await stored('command', 'scale')).spec).toMatchObject({
      trigger: '/scale',
      message: 'Scale it.',
    });
  });

  test('what was answered is validated', async () => {
    const { stderr } = await run(['agent', 'add'], { answers: ['  ', 'x'] });
    expect(stderr).toContain('Name: is empty');
  });

  test('nothing is asked in CI or with --json', async () => {
    for (const [args, more] of [
      [['agent', 'add'], { env: { CI: 'true' } }],
      [['agent', 'add', '--json'], {}],
    ] as const) {
      const { code, stderr } = await run([...args], { answers: [], ...more });
      expect(code).toBe(2);
      expect(stderr).not.toContain('?');
    }
  });

  test('remove asks, and no is no', async () => {
    await ok(rollback);
    const no = await run(['command', 'remove', 'rollback'], { answers: [false] });
    expect(no).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was changed') });
    await ok(['command', 'remove', 'rollback'], { answers: [true] });
    expect((await run(['command', 'show', 'rollback'])).code).toBe(3);
  });
});

describe('a rotation without --start', () => {
  test.each([
    [
      'has its first member on call at once, before the handover of the day too',
      '2026-11-23T08:30:00Z',
      '2026-11-22',
    ],
    ['begins today once the handover is over', '2026-11-23T09:00:00Z', '2026-11-23'],
  ])('%s', async (_name, now, start) => {
    await ok(['rotation', 'add', '--name', 'on-call', '--member', 'sarah,mike', '--daily'], {
      now: Date.parse(now),
    });
    const { spec } = (await stored('rotation', 'on-call')) as Resource<'rotation'>;
    expect(spec.start).toBe(start);
    expect(onShift(spec, Date.parse(now))).toBe('sarah');
  });

  test('counts by the clocks of its zone', async () => {
    const now = Date.parse('2026-11-23T23:30:00Z');
    await ok(
      [
        'rotation',
        'add',
        '--name',
        'r',
        '--member',
        'sarah',
        '--daily',
        '--at',
        '08:00',
        '--zone',
        'Asia/Tokyo',
      ],
      { now },
    );
    expect((await stored('rotation', 'r')).spec).toMatchObject({ start: '2026-11-24' });
  });
});
