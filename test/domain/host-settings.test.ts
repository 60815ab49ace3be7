import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/errors.ts';
import { parseHostSettings } from '../../src/domain/host-settings.ts';

test('no settings watch every real mount', () => {
  expect(parseHostSettings({})).toEqual({ disk: null, env: [] });
});

test('lists are split at commas', () => {
  expect(parseHostSettings({ disk: '/, /var ', env: 'SHOP_PORT,SHOP_DIR' })).toEqual({
    disk: ['/', '/var'],
    env: ['SHOP_PORT', 'SHOP_DIR'],
  });
});

describe('wrong settings are refused', () => {
  const cases: [string, Record<string, string>, RegExp][] = [
    ['a near miss', { dsik: '/' }, /did you mean disk/],
    ['something else', { region: 'eu' }, /it takes disk and env/],
    ['a name every object has', { constructor: 'x' }, /no setting/],
    ['a relative mount', { disk: 'var' }, /no mount point/],
    ['a value in env', { env: 'TOKEN=abc' }, /no name of a variable/],
  ];
  test.each(cases)('%s', (_name, settings, problem) => {
    expect(() => parseHostSettings(settings)).toThrow(UserError);
    expect(() => parseHostSettings(settings)).toThrow(problem);
  });
});
