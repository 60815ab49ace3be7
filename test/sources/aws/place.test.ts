import { describe, expect, test } from 'vitest';
import { parsePlace, placeText, servesKinds } from '../../../src/sources/aws/place.ts';
import { SOURCE, service } from '../../support/aws/session.ts';

describe('a binding', () => {
  test.each([
    ['asg:api-prod', { kind: 'asg', name: 'api-prod' }],
    ['ASG: api prod', { kind: 'asg', name: 'api prod' }],
    ['ecs:prod/api', { kind: 'ecs', cluster: 'prod', service: 'api' }],
    ['rds:db-prod', { kind: 'rds', id: 'db-prod' }],
    ['elasticache:sessions', { kind: 'elasticache', id: 'sessions' }],
    ['ec2:role=web', { kind: 'ec2', key: 'role', value: 'web' }],
    ['ec2:web', { kind: 'ec2', key: 'Name', value: 'web' }],
    ['logs:/ecs/api,/ecs/envoy', { kind: 'logs', groups: ['/ecs/api', '/ecs/envoy'] }],
    ['ecs:prod/api logs:/ecs/api', { kind: 'ecs', cluster: 'prod', service: 'api' }],
  ])('%s is a place', (text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });

  test.each([
    '',
    'api-prod',
    'asg:',
    'ecs:api',
    'ecs:a/b/c',
    'ecs:/api',
    'ec2:=x',
    'acme/api',
    's3:bucket',
    'asg:a\u0007b',
  ])('%j is none, and what to write is said', (text) => {
    expect(parsePlace(text)).toEqual({
      problem: expect.stringContaining('write asg:NAME, ecs:CLUSTER/SERVICE'),
    });
  });

  test.each(['asg:api', 'ecs:prod/api', 'rds:db', 'elasticache:c', 'ec2:role=web', 'logs:/a,/b'])(
    '%s is written as it was read',
    (text) => {
      const place = parsePlace(text);
      expect('problem' in place ? '' : placeText(place)).toBe(text);
    },
  );
});

describe('whether a tool answers for a service', () => {
  const serves = servesKinds(SOURCE, ['asg', 'ecs']);

  test('is said by its binding', () => {
    expect(serves(service('asg:api'))).toBe(true);
    expect(serves(service('rds:db'))).toBe(false);
  });

  test('a binding nobody can read is not passed over: the tool says what is wrong', () => {
    expect(serves(service('api-prod'))).toBe(true);
  });

  test('without one it may be found by its name, unless it is known to run elsewhere', () => {
    expect(serves(service(null))).toBe(true);
    expect(serves(service(null, { bindings: { GitHub: 'acme/api' } }))).toBe(true);
    expect(serves(service(null, { bindings: { 'AWS Staging': 'asg:api' } }))).toBe(false);
    expect(serves(service(null, { bindings: { 'This host': { dir: '/srv' } } }))).toBe(false);
  });
});
