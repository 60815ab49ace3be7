import { expect, test } from 'vitest';
import { instanceOf } from '../../src/domain/service-name.ts';

test.each<[string, string[], string, boolean]>([
  ['an exact name', ['api-prod-01'], 'api-prod-01', true],
  ['another name', ['api-prod-01'], 'api-prod-02', false],
  ['a name that only begins like it', ['api-prod-01'], 'api-prod-011', false],
  ['a pattern', ['api-prod-*'], 'api-prod-01', true],
  ['a pattern wants at least one character more', ['api-prod-*'], 'api-prod-', false],
  ['a pattern is no expression', ['api.prod-*'], 'apixprod-1', false],
  ['a star in a name asked for is a plain character', ['api-prod-01'], 'api-prod-*', false],
  ['any of several', ['db-1', 'api-*'], 'api-7', true],
  ['no instances', [], 'api', false],
  ['letters count in their case', ['api-*'], 'API-1', false],
])('%s', (_name, instances, name, expected) => {
  expect(instanceOf({ instances }, name)).toBe(expected);
});
