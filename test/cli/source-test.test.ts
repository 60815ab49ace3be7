import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const NOW = Date.parse('2026-11-23T03:20:00Z');
let stateDir: string;
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'openclaw-source-test-'));
  await run('service', 'add', '--name', 'shop');
  for (const type of ['alertmanager', 'generic', 'sentry', 'datadog', 'prometheus'])
    await run('source', 'add', '--name', type, '--type', type, '--secret', 'token=env:TOKEN');
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const run = (...args: string[]) => runCli(args, { stateDir, now: NOW });
const file = (body: unknown): string => {
  const path = join(stateDir, 'body.json');
  writeFileSync(path, typeof body === 'string' ? body : JSON.stringify(body));
  return path;
};
const firing = {
  status: 'firing',
  labels: { alertname: 'Errors', service: 'shop', severity: 'critical' },
  annotations: { summary: 'error rate 12%', description: 'too many' },
  startsAt: '2026-11-23T03:14:00Z',
  fingerprint: 'c4539ee7',
};

describe('source test', () => {
  test('prints the alert and the way it would take', async () => {
    const { code, stdout } = await run('source', 'test', 'alertmanager', file({ alerts: [firing] }));
    expect(code).toBe(0);
    expect(stdout).toContain('error rate 12%');
    expect(stdout).toMatch(/^status\s+firing$/m);
    expect(stdout).toMatch(/^severity\s+critical$/m);
    expect(stdout).toMatch(/^service\s+shop$/m);
    expect(stdout).toMatch(/^would\s+open or join an incident in #ops-critical, by the route/m);
  });

  test('with --json it is one document, from standard input too', async () => {
    const body = JSON.stringify({ title: 'Backup failed', severity: 'odd', service: 'nobody' });
    const { code, json } = await runCli(['source', 'test', 'generic', '-', '--json'], {
      stateDir,
      now: NOW,
      stdin: body,
    });
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      ok: true,
      type: 'generic',
      problems: [],
      alerts: [
        {
          title: 'Backup failed',
          severity: null,
          severityText: 'odd',
          givenService: 'nobody',
          service: null,
          opensIncident: false,
          to: '#ops-alerts',
        },
      ],
      derivedKeys: [expect.any(String)],
    });
  });

  test('names what cannot be read with its place, and ends with 1', async () => {
    const body = file({ alerts: [firing, { status: 'firing', labels: 7 }] });
    const { code, stdout, stderr } = await run('source', 'test', 'alertmanager', body);
    expect(code).toBe(1);
    expect(stdout).toContain('error rate 12%');
    expect(stderr).toContain('alerts[1].labels must be an object');
    expect((await run('source', 'test', 'generic', file('{"title": '), '--json')).json()).toMatchObject({
      ok: false,
      alerts: [],
      problems: [{ where: 'body', what: expect.stringContaining('line 1, column') }],
    });
  });

  test('takes headers where the format reads them', async () => {
    const body = file({ action: 'resolved', data: { issue: { id: '7', title: 'x' } } });
    const { stdout } = await run('source', 'test', 'sentry', body, '--header', 'Sentry-Hook-Resource: issue');
    expect(stdout).toMatch(/^would\s+end the alert with this fingerprint$/m);
    expect(
      (await run('source', 'test', 'sentry', body, '--header', 'Sentry-Hook-Resource: comment')).stdout,
    ).toBe('It can be read, and nothing in it is an alert.\n');
  });

  test('reads what Prometheus itself posts', async () => {
    const { stdout } = await run(
      'source',
      'test',
      'prometheus',
      file([{ labels: firing.labels, endsAt: '2026-11-23T03:24:00Z' }]),
    );
    expect(stdout).toMatch(/^over\s+.*unless it is sent again$/m);
  });

  test('says that a silence would keep it quiet', async () => {
    await run('silence', 'add', '--name', 'Move', '--match', 'service=shop', '--for', '2h');
    const { stdout } = await run('source', 'test', 'alertmanager', file({ alerts: [firing] }));
    expect(stdout).toMatch(/^would\s+be kept quiet by the silence "Move"$/m);
  });

  test('reads by the mapping of the source, which is checked when it is given', async () => {
    const add = (type: string, ...set: string[]) =>
      run(
        'source',
        'add',
        '--name',
        `probe-${type}`,
        '--type',
        type,
        '--secret',
        'token=env:TOKEN',
        ...set.flatMap((each) => ['--set', each]),
      );
    expect(
      (await add('generic', 'map.title=$.check.name', 'map.status=$.state', 'map.status.resolved=up')).code,
    ).toBe(0);
    const { json } = await run(
      'source',
      'test',
      'probe-generic',
      file({ check: { name: 'Shop' }, state: 'UP' }),
      '--json',
    );
    expect(json()).toMatchObject({ alerts: [{ title: 'Shop', status: 'resolved' }] });
    const missing = await run('source', 'test', 'probe-generic', file({ state: 'UP' }));
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('$.check.name is missing')]);
    const near = await run('source', 'edit', 'probe-generic', '--set', 'map.titel=$.x');
    expect([near.code, near.stderr]).toEqual([2, expect.stringContaining('did you mean map.title?')]);
    expect((await add('grafana', 'map.title=$.x')).code).toBe(2);
  });

  test('prints no control characters and no secrets of a body', async () => {
    const odd = {
      title: 'a\u001b[31mred\u0007',
      description: 'token=ghp_0123456789abcdefghijABCDEFGHIJ012345',
    };
    const { stdout } = await run('source', 'test', 'generic', file(odd));
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('ghp_0123456789');
  });

  test.each([
    [['nobody', 'x.json'], 3],
    [['generic', 'not-there.json'], 2],
    [['generic', '-'], 1],
    [['generic'], 2],
    [['generic', '-', '--header', 'nonsense'], 2],
  ])('%j ends with %i and a hint', async (args, wanted) => {
    const { code, stderr } = await run('source', 'test', ...args);
    expect(code).toBe(wanted);
    expect(stderr).not.toBe('');
  });
});
