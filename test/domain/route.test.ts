import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertRoute } from '../../src/domain/resource.ts';
import { opensIncident, type Routed, routeFor } from '../../src/domain/route.ts';
import { SEVERITIES } from '../../src/domain/severity.ts';

const alert = (given: Partial<Routed> = {}): Routed => ({
  severity: 'critical',
  service: 'shop',
  labels: { team: 'web', region: 'eu' },
  ...given,
});
const route = (name: string, given: Partial<AlertRoute> = {}): AlertRoute => ({
  name,
  severities: [],
  services: [],
  labels: {},
  to: '#ops',
  alsoPage: [],
  ...given,
});

describe('which route an alert takes', () => {
  const any = route('any');
  const critical = route('critical', { severities: ['critical'] });
  const shop = route('shop', { services: ['shop', 'api'] });
  const shopCritical = route('shop critical', { severities: ['critical'], services: ['shop'] });
  const web = route('web', { labels: { team: 'web' } });
  const webEurope = route('web in europe', { labels: { team: 'web', region: 'eu' }, services: ['shop'] });

  const cases: [string, Routed, AlertRoute[], string][] = [
    ['none configured: by severity', alert(), [], 'built-in critical'],
    [
      'none matches: by severity',
      alert({ severity: 'info', service: 'db' }),
      [critical, shop],
      'built-in info',
    ],
    ['one that takes any alert comes before the built-in ones', alert(), [any], 'any'],
    ['the one that asks for more', alert(), [any, critical, shopCritical], 'shop critical'],
    ['labels count one each', alert(), [shopCritical, webEurope], 'web in europe'],
    ['more services in one route are one demand', alert(), [shop, critical], 'critical'],
    ['of equals the first by name', alert(), [web, shop, critical], 'critical'],
    ['what it does not match does not count', alert({ labels: {} }), [webEurope, any], 'any'],
    ['an alert without a service is not of one', alert({ service: null }), [shop, any], 'any'],
    ['a label is equal or it is not', alert({ labels: { team: 'webx' } }), [web, any], 'any'],
  ];
  test.each(cases)('%s', (_name, given, routes, expected) => {
    expect(routeFor(given, routes).name).toBe(expected);
  });

  test('is the same in whatever order they were added', () => {
    const routes = fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-e]{1,3}$/),
        severities: fc.subarray([...SEVERITIES]),
        services: fc.subarray(['shop', 'api']),
        labels: fc.constantFrom({}, { team: 'web' }, { team: 'db' }, { team: 'web', region: 'eu' }),
      }),
      { selector: ({ name }) => name, maxLength: 6 },
    );
    fc.assert(
      fc.property(routes, fc.constantFrom(...SEVERITIES), (all, severity) => {
        const built = all.map(({ name, ...rest }) => route(name, rest));
        const given = alert({ severity });
        expect(routeFor(given, built)).toEqual(routeFor(given, built.toReversed()));
      }),
      { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 },
    );
  });

  test('an incident is opened for critical ones, and where the route says so', () => {
    expect(opensIncident(alert(), any)).toBe(true);
    expect(opensIncident(alert({ severity: 'warning' }), any)).toBe(false);
    expect(opensIncident(alert({ severity: 'info' }), route('x', { incident: true }))).toBe(true);
    expect(opensIncident(alert(), route('x', { incident: false }))).toBe(false);
  });
});
