import { describe, expect, test } from 'vitest';
import { checkAwsSecrets, parseAwsSettings } from '../../src/domain/aws-settings.ts';

const nothing = { profile: null, role: null, endpoint: null, cacheUser: null };

describe('the settings of an AWS source', () => {
  test('are a region and as whom it is asked', () => {
    expect(parseAwsSettings({ region: 'eu-west-1' })).toEqual({ region: 'eu-west-1', ...nothing });
    const role = 'arn:aws:iam::123456789012:role/team/openclaw';
    expect(
      parseAwsSettings({
        region: 'us-gov-east-1',
        profile: 'production',
        role,
        endpoint: 'http://127.0.0.1:4566',
        'cache-user': 'openclaw',
      }),
    ).toEqual({
      region: 'us-gov-east-1',
      profile: 'production',
      role,
      endpoint: 'http://127.0.0.1:4566',
      cacheUser: 'openclaw',
    });
  });

  test('take the region of the environment where they name none', () => {
    expect(parseAwsSettings({}, 'eu-central-1').region).toBe('eu-central-1');
    expect(parseAwsSettings({ region: 'eu-west-1' }, 'eu-central-1').region).toBe('eu-west-1');
  });

  test.each([
    [{}, 'needs its region', '--set region=eu-west-1'],
    [{ region: '' }, 'needs its region', 'AWS_REGION'],
    [{ region: 'Ireland' }, '"Ireland" is no region', 'eu-west-1'],
    [{ region: 'eu-west-1', regoin: 'x' }, 'did you mean region?', 'region'],
    [{ region: 'eu-west-1', key: 'x' }, '"key" is no setting', 'region'],
    [{ region: 'eu-west-1', profile: 'a b' }, 'no name of a profile', 'profile=production'],
    [{ region: 'eu-west-1', role: 'openclaw' }, 'no ARN of a role', 'arn:aws:iam::'],
    [{ region: 'eu-west-1', endpoint: 'localhost:4566' }, 'no address', 'https://'],
    [{ region: 'eu-west-1', endpoint: 'http://aws.example.org' }, 'could be read on the way', 'https://'],
    [{ region: 'eu-west-1', endpoint: 'https://me:word@aws.example.org' }, 'user or password', 'https://'],
  ])('%j is refused with what to type', (settings, message, hint) => {
    expect(() => parseAwsSettings(settings as Record<string, string>)).toThrow(
      expect.objectContaining({
        type: 'usage',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  test('take no keys as secrets, only the password of caches', () => {
    expect(() => checkAwsSecrets({ 'cache-auth': 'env:CACHE' })).not.toThrow();
    expect(() => checkAwsSecrets({ 'secret-access-key': 'env:KEY' })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('come from the environment, a profile or a role'),
      }),
    );
  });
});
