// Prometheus and Grafana as an operator adds them, with a server of ours at the other end.
import { expect, test } from 'vitest';
import type { Finding } from '../../src/domain/finding.ts';
import { answerOf, fakePrometheus } from '../sources/prometheus/fake-prometheus.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { freshCli } from './resource/fresh-cli.ts';

const cli = freshCli();
const RATE =
  'sum(rate(errors_total{service="$service",code=~"5.."}[5m])) / sum(rate(all_total{$selector}[$window]))';

async function aboutSource(env: Record<string, string> = {}): Promise<Finding[]> {
  const { findings } = (await cli.run(['doctor', '--json'], { env })).json() as { findings: Finding[] };
  return findings.filter(({ about }) => about === 'source "Prometheus"');
}

test('a source that is only read needs no secret, and doctor asks it', async () => {
  const fake = fakePrometheus({
    values: [
      ['up == 1', '3'],
      ['up == 0', '0'],
      ['up{', '1'],
      [RATE.slice(0, 8), '2'],
    ],
    names: { 'service="api"': ['up'] },
  });
  const { url, asked } = await scriptedServer((one) => answerOf(fake, one));
  await cli.ok(['service', 'add', '--name', 'api']);
  await cli.ok(
    ['source', 'add', '--name', 'Prometheus', '--type', 'prometheus', '--set', `url=${url}`].concat([
      '--set',
      `metric.error_rate=${RATE}`,
    ]),
  );
  expect((await cli.stored('source', 'Prometheus')).spec).toMatchObject({
    settings: { 'metric.error_rate': RATE },
  });
  expect(await aboutSource()).toMatchObject([
    { level: 'warn', text: expect.stringContaining('api has no latency') },
  ]);
  expect(asked.every(({ headers }) => headers.authorization === undefined)).toBe(true);

  await cli.ok([
    'source',
    'edit',
    'Prometheus',
    '--secret',
    'token=env:HOOK',
    '--secret',
    'api-token=env:PROM',
  ]);
  expect(await aboutSource({ PROM: 'theirs', HOOK: 'ours' })).toMatchObject([
    { level: 'ok', text: expect.stringContaining('takes alerts') },
    { level: 'warn', text: expect.stringContaining('api has no latency') },
  ]);
  expect(asked.at(-1)?.headers.authorization).toBe('Bearer theirs');
});

test('one that only sends alerts goes on needing its secret', async () => {
  await cli.ok(['source', 'add', '--name', 'Prometheus', '--type', 'prometheus']);
  expect(await aboutSource()).toMatchObject([
    { level: 'fail', text: expect.stringContaining('has no secret') },
  ]);
});

test.each([
  ['prometheus', ['--set', 'metric.x=sum(up'], /no address of it is given/],
  ['prometheus', ['--set', 'url=http://p:9090', '--set', 'metric.x=sum(up'], /"\(" has no counterpart/],
  ['prometheus', ['--set', 'url=http://p:9090', '--secret', 'api-token=env:T'], /could be read on the way/],
  ['grafana', ['--set', 'url=https://grafana.example'], /none is given/],
])('%s is checked when it is added: %j', async (type, more, message) => {
  const { code, stderr } = await cli.run(['source', 'add', '--name', 'One', '--type', type, ...more]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
