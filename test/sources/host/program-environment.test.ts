import { expect, test } from 'vitest';
import { parseHostSettings } from '../../../src/domain/host-settings.ts';
import { programEnvironment } from '../../../src/sources/host/program-environment.ts';

test('programs see the fixed few variables and the named ones, no credential of ours', () => {
  const ours = {
    PATH: '/bin',
    TZ: 'UTC',
    SLACK_TOKEN: 'secret',
    SHOP_PORT: '1',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  expect(programEnvironment(parseHostSettings({ env: 'SHOP_PORT,NOT_SET' }), ours)).toEqual({
    PATH: '/bin',
    TZ: 'UTC',
    SHOP_PORT: '1',
  });
});
