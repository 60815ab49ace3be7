import { describe, expect, test } from 'vitest';
import { opensWebhook } from '../../src/domain/api-address.ts';
import { UserError } from '../../src/domain/errors.ts';
import { parsePrometheusSettings } from '../../src/domain/prometheus-settings.ts';

const url = 'http://prometheus:9090';

test('without an address it is not read, as before there was one', () => {
  expect(parsePrometheusSettings({}, { token: 'env:HOOK' })).toBeNull();
});

test('an address is all that is needed', () => {
  expect(parsePrometheusSettings({ url: `${url}/prom/` }, {})).toMatchObject({
    address: { base: `${url}/prom`, host: 'prometheus:9090' },
    promql: { labels: ['service', 'job', 'app'], window: '5m' },
  });
});

test('queries have the unit their name says, or the one that is given', () => {
  const settings = {
    url,
    'metric.error_rate': 'a{s="$service"} / b{$selector}',
    'metric.queue': 'max(queue)',
    'metric.queue.unit': 'count',
  };
  const queries = parsePrometheusSettings(settings, {})?.promql.queries;
  expect(queries?.get('error_rate')).toMatchObject({ unit: 'ratio', perService: true });
  expect(queries?.get('queue')).toMatchObject({ unit: 'count', perService: false });
});

test('a credential goes by https, within this machine, or where the operator says so', () => {
  const secrets = { token: 'env:HOOK', 'api-token': 'env:T' };
  expect(() => parsePrometheusSettings({ url }, secrets)).toThrow(
    /api-token could be read on the way to prometheus:9090/,
  );
  for (const settings of [
    { url: 'https://prom.example' },
    { url: 'http://127.0.0.1:9090' },
    { url, cleartext: 'yes' },
  ])
    expect(parsePrometheusSettings(settings, secrets)).not.toBeNull();
});

describe('wrong ones are refused with what to type', () => {
  const cases: [string, Record<string, string>, Record<string, string>, RegExp][] = [
    ['no address at all', { url: 'prometheus' }, {}, /no http:\/\//],
    ['another scheme', { url: 'file:///etc/passwd' }, {}, /no http:\/\//],
    ['a password in it', { url: 'http://a:b@prometheus' }, {}, /shown wherever the address is/],
    ['a query behind it', { url: `${url}/graph?g0.expr=up` }, {}, /more than a path/],
    ['a near miss', { url, lables: 'service' }, {}, /did you mean labels/],
    ['something else', { url, region: 'eu' }, {}, /no setting of a prometheus source/],
    ['settings without an address', { labels: 'service' }, {}, /no address of it is given/],
    ['a token without an address', {}, { 'api-token': 'env:T' }, /no address of it is given/],
    ['another secret', { url: 'https://p' }, { 'api-key': 'env:T' }, /no secret of a prometheus source/],
    ['a user alone', { url, user: 'x' }, {}, /a user is given and no password/],
    [
      'a password alone',
      { url: 'https://p' },
      { 'api-password': 'env:P' },
      /a password is given and no user/,
    ],
    [
      'both',
      { url: 'https://p', user: 'x' },
      { 'api-password': 'env:P', 'api-token': 'env:T' },
      /one of them/,
    ],
    ['a header in the tenant', { url, tenant: 'a b' }, {}, /no tenant/],
    ['a label that is none', { url, labels: 'service,my-label' }, {}, /"my-label" is no name of a label/],
    ['no labels', { url, labels: ',' }, {}, /one to ten labels/],
    ['a window that is none', { url, window: '5 minutes' }, {}, /window/],
    ['a window too short', { url, window: '1s' }, {}, /not between 5s and 1h/],
    ['a metric that no condition could name', { url, 'metric.Error-Rate': 'up' }, {}, /no name for a metric/],
    ['a query that is not closed', { url, 'metric.x': 'sum(up' }, {}, /metric.x: "\("/],
    ['a bare $service', { url, 'metric.x': 'up{a=$service}' }, {}, /outside of quotes/],
    ['a unit that is none', { url, 'metric.x': 'up', 'metric.x.unit': 'furlong' }, {}, /no unit/],
    ['a unit of nothing', { url, 'metric.x.unit': 'count' }, {}, /metric.x is not/],
  ];
  test.each(cases)('%s', (_name, settings, secrets, problem) => {
    expect(() => parsePrometheusSettings(settings, secrets)).toThrow(UserError);
    expect(() => parsePrometheusSettings(settings, secrets)).toThrow(problem);
  });
});

test('which secrets open a webhook', () => {
  expect(opensWebhook('prometheus', 'token')).toBe(true);
  expect(opensWebhook('prometheus', 'api-token')).toBe(false);
  expect(opensWebhook('grafana', 'api-token')).toBe(false);
  // Not read by us: a secret of that name was always one of its webhook.
  expect(opensWebhook('generic', 'api-token')).toBe(true);
});
