import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/errors.ts';
import { parseGrafanaSettings } from '../../src/domain/grafana-settings.ts';

const url = 'https://grafana.example';
const secrets = { 'api-token': 'env:GRAFANA_TOKEN' };

test('without an address it only sends alerts, with its own setting as before', () => {
  expect(parseGrafanaSettings({ timestamp_header: 'X-Time' }, { token: 'env:HOOK' })).toBeNull();
});

test('both ways at once', () => {
  const settings = {
    url: `${url}/grafana/`,
    timestamp_header: 'X-Time',
    datasource: 'prom_1',
    annotations: 'no',
  };
  expect(parseGrafanaSettings(settings, { ...secrets, token: 'env:HOOK' })).toMatchObject({
    address: { base: `${url}/grafana` },
    datasource: 'prom_1',
    annotations: false,
  });
});

describe('wrong ones are refused', () => {
  const cases: [string, Record<string, string>, Record<string, string>, RegExp][] = [
    ['no token', { url }, {}, /none is given/],
    ['a token of a webhook alone', { url }, { token: 'env:HOOK' }, /none is given/],
    ['another secret', { url }, { 'api-password': 'env:P' }, /no secret of a grafana source/],
    ['in the clear', { url: 'http://grafana:3000' }, secrets, /could be read on the way/],
    ['settings without an address', { datasource: 'x' }, {}, /no address of it is given/],
    ['a token without an address', {}, secrets, /no address of it is given/],
    ['a near miss', { url, datasorce: 'x' }, secrets, /did you mean datasource/],
    ['a path as uid', { url, datasource: '../admin' }, secrets, /no uid/],
    ['another answer', { url, annotations: 'maybe' }, secrets, /yes or no/],
    ['no header', { timestamp_header: 'a b' }, {}, /no name of a header/],
  ];
  test.each(cases)('%s', (_name, settings, given, problem) => {
    expect(() => parseGrafanaSettings(settings, given)).toThrow(UserError);
    expect(() => parseGrafanaSettings(settings, given)).toThrow(problem);
  });
});
