import { describe, expect, test } from 'vitest';
import { isMissing } from '../../../src/sources/aws/ask.ts';
import type { AwsSession } from '../../../src/sources/aws/session.ts';
import { cut, fail, hang, raw, throttle } from '../../support/aws/server.ts';
import { call, settingsFor, startAws } from '../../support/aws/session.ts';

const GROUPS = 'autoscaling:DescribeAutoScalingGroups';
const empty = { AutoScalingGroups: [] };

async function groups(session: AwsSession, at = call()) {
  const autoScaling = await session.autoScaling();
  return session.ask('the groups', (options) => autoScaling.describeAutoScalingGroups({}, options), at);
}

async function update(session: AwsSession, at = call()) {
  const ecs = await session.ecs();
  return session.ask(
    'the rollback of api',
    (options) => ecs.updateService({ cluster: 'prod', service: 'api' }, options),
    at,
    { changes: true },
  );
}

const error = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (thrown: unknown) => thrown as Error & { outcome: string },
  );

describe('a reading', () => {
  test('is signed for its region, and asked once where it is answered', async () => {
    const { server, session, waits } = await startAws();
    server.on(GROUPS, empty);
    await groups(session);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ action: GROUPS, accessKeyId: 'AKIDTEST', input: {} });
    expect(server.requests[0]?.headers.authorization).toContain('/eu-west-1/autoscaling/');
    expect(waits).toEqual([]);
  });

  test('is asked again after throttles, slower each time', async () => {
    const { server, session, waits } = await startAws();
    server.on(GROUPS, (_input, count) => (count <= 3 ? throttle() : empty));
    expect(await groups(session)).toMatchObject({ AutoScalingGroups: [] });
    expect(waits).toEqual([200, 400, 800]);
  });

  test('waits as long as Retry-After says', async () => {
    const { server, session, waits } = await startAws();
    server.on(GROUPS, (_input, count) => (count === 1 ? throttle({ 'retry-after': '3' }) : empty));
    await groups(session);
    expect(waits).toEqual([3000]);
  });

  test('a throttle slows the next call of this source too, and a success lets it be faster again', async () => {
    const { server, session, waits } = await startAws();
    server.on(GROUPS, (_input, count) => (count <= 2 ? throttle() : empty));
    server.on('ecs:ListClusters', { clusterArns: [] });
    const ecs = await session.ecs();
    await Promise.all([
      groups(session),
      session.ask('the clusters', (options) => ecs.listClusters({}, options), call()),
    ]);
    await groups(session);
    expect(waits.filter((ms) => ms > 0).length).toBeGreaterThanOrEqual(2);
    const before = waits.length;
    await groups(session);
    expect(waits).toHaveLength(before);
  });

  test('is given up with a sentence that says what is not known', async () => {
    const { server, session, clock } = await startAws();
    server.on(GROUPS, throttle());
    const began = clock.now();
    const thrown = await error(groups(session));
    expect(thrown).toMatchObject({ outcome: 'retry' });
    expect(thrown.message).toMatch(
      /^AWS Production slows us down \(too many requests\), asked \d+ times\. Not known: the groups$/,
    );
    // Before a chat's own deadline of 8 s.
    expect(clock.now() - began).toBeLessThan(7000);
  });

  test.each([
    ['an error of its own', fail('InternalFailure', { status: 500 }), 'InternalFailure, 500'],
    ['a page of a proxy', raw(502, '<html><body>Bad gateway</body></html>'), 'a web page with status 502'],
    [
      'a page in place of an answer',
      raw(200, '<!doctype html><h1>Log in</h1>'),
      'a web page with status 200',
    ],
    ['an answer cut off', cut, 'ECONNRESET'],
    ['an answer that is no XML', raw(200, '{"hello":', 'text/xml'), 'cannot be read'],
  ])('%s is asked again, and then said', async (_name, answer, detail) => {
    const { server, session } = await startAws();
    server.on(GROUPS, answer);
    const thrown = await error(groups(session));
    expect(thrown).toMatchObject({ outcome: 'retry' });
    expect(thrown.message).toContain('AWS Production did not answer in eu-west-1');
    expect(thrown.message).toContain(detail);
    expect(thrown.message).toContain('Not known: the groups');
    expect(server.requests.length).toBeGreaterThan(2);
  });

  test('one bad answer in between is not noticed', async () => {
    const { server, session } = await startAws();
    server.on(GROUPS, (_input, count) => (count === 1 ? cut : count === 2 ? raw(503, '<html>') : empty));
    expect(await groups(session)).toMatchObject({ AutoScalingGroups: [] });
  });

  test('a region that does not answer ends with the call', async () => {
    const { server, session } = await startAws();
    server.on(GROUPS, hang);
    const limit = new AbortController();
    const thrown = error(groups(session, { signal: limit.signal }));
    while (server.requests.length === 0) await new Promise((next) => setImmediate(next));
    limit.abort();
    expect((await thrown).message).toBe(
      'AWS Production did not answer in eu-west-1 (no answer in the time there was). Not known: the groups',
    );
  });

  test('a region that never answers is given up in time, after a second try', async () => {
    const { session, clock } = await startAws();
    const began = clock.now();
    const timeouts: number[] = [];
    const slow = session.ask(
      'the groups',
      async ({ requestTimeout }) => {
        timeouts.push(requestTimeout);
        clock.advance(requestTimeout);
        throw Object.assign(new Error('no response'), { name: 'TimeoutError' });
      },
      call(),
    );
    expect((await error(slow)).message).toBe(
      'AWS Production did not answer in eu-west-1 (TimeoutError), asked 2 times. Not known: the groups',
    );
    expect(timeouts).toEqual([4000, 2300]);
    expect(clock.now() - began).toBeLessThan(7000);
  });

  test('a region that cannot be reached is said', async () => {
    const { server, session } = await startAws();
    await server.close();
    expect(await error(groups(session))).toMatchObject({
      outcome: 'retry',
      message: expect.stringMatching(
        /^AWS Production cannot be reached in eu-west-1 \(ECONNREFUSED\), asked \d+ times\. Not known: the groups$/,
      ),
    });
  });

  test('an answer larger than anything is not read to its end', async () => {
    const { server, session } = await startAws({ mostBytes: 100_000 });
    server.on(GROUPS, raw(200, 'x'.repeat(3_000_000), 'text/xml'));
    expect(await error(groups(session))).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('is too large'),
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['AccessDenied', 403, 'failed', 'openclaw source policy "AWS Production" prints what it needs'],
    ['InvalidClientTokenId', 403, 'failed', 'no credentials that AWS takes'],
    ['ValidationError', 400, 'failed', 'refused the groups: ValidationError'],
  ])('%s is not asked again', async (code, status, outcome, text) => {
    const { server, session } = await startAws();
    server.on(GROUPS, fail(code, { status, message: `${code} as AWS says it` }));
    const thrown = await error(groups(session));
    expect(thrown).toMatchObject({ outcome });
    expect(thrown.message).toContain(text);
    expect(thrown.message).toContain(`${code} as AWS says it`);
    expect(server.requests).toHaveLength(1);
  });

  test('a clock that differs is corrected by the SDK, or said', async () => {
    const { server, session } = await startAws();
    server.on(GROUPS, (_input, count) =>
      count === 1 ? fail('RequestTimeTooSkewed', { status: 403, message: 'too far' }) : empty,
    );
    expect(await groups(session)).toMatchObject({ AutoScalingGroups: [] });
    server.on(GROUPS, fail('RequestTimeTooSkewed', { status: 403, message: 'too far' }));
    expect(await error(groups(session))).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining(
        'the clock of this machine and that of AWS Production differ too much (too far)',
      ),
    });
  });

  test('what is not there is told from what failed', async () => {
    const { server, session } = await startAws();
    server.on(GROUPS, fail('ResourceNotFoundException'));
    expect(isMissing(await error(groups(session)))).toBe(true);
    server.on(GROUPS, fail('ValidationError', { message: 'AutoScalingGroup name not found - null' }));
    expect(isMissing(await error(groups(session)))).toBe(true);
    server.on(GROUPS, fail('AccessDenied', { status: 403 }));
    expect(isMissing(await error(groups(session)))).toBe(false);
  });
});

describe('a change', () => {
  test('is asked again only after a throttle', async () => {
    const { server, session } = await startAws();
    server.on('ecs:UpdateService', (_input, count) => (count === 1 ? throttle() : { service: {} }));
    await update(session);
    expect(server.inputs('ecs:UpdateService')).toEqual([
      { cluster: 'prod', service: 'api' },
      { cluster: 'prod', service: 'api' },
    ]);
  });

  test.each([
    ['a lost connection', cut],
    ['an error of its own', fail('ServerException', { status: 500 })],
    ['a web page', raw(504, '<html>Gateway timeout</html>')],
    ['a body that cannot be read', raw(200, '{"service": ', 'application/x-amz-json-1.1')],
  ])('%s leaves it unknown, and it is not asked twice', async (_name, answer) => {
    const { server, session } = await startAws();
    server.on('ecs:UpdateService', answer);
    const thrown = await error(update(session));
    expect(thrown).toMatchObject({ outcome: 'unknown' });
    expect(thrown.message).toContain('whether it took the rollback of api is not known');
    expect(server.requests).toHaveLength(1);
  });

  test('the end of its time leaves it unknown', async () => {
    const { server, session } = await startAws();
    server.on('ecs:UpdateService', hang);
    const limit = new AbortController();
    const thrown = error(update(session, { signal: limit.signal }));
    while (server.requests.length === 0) await new Promise((next) => setImmediate(next));
    limit.abort();
    expect(await thrown).toMatchObject({ outcome: 'unknown' });
  });

  test('throttled all the time, it is surely not done', async () => {
    const { server, session } = await startAws();
    server.on('ecs:UpdateService', throttle());
    expect(await error(update(session))).toMatchObject({
      outcome: 'retry',
      message: expect.stringContaining('Not done: the rollback of api'),
    });
  });

  test('never connected, it is surely not done', async () => {
    const { server, session } = await startAws();
    await server.close();
    expect(await error(update(session))).toMatchObject({ outcome: 'retry' });
  });
});

describe('credentials', () => {
  test('are read once for all clients, and never told', async () => {
    let reads = 0;
    const { server, session } = await startAws({
      credentials: async () => {
        reads += 1;
        return {
          accessKeyId: 'AKIDTEST',
          secretAccessKey: 'secret-of-the-test',
          sessionToken: 'token-of-the-test',
        };
      },
    });
    server.on(
      GROUPS,
      fail('SignatureDoesNotMatch', { status: 403, message: 'the signature does not match' }),
    );
    server.on('ecs:UpdateService', fail('InvalidSignatureException', { status: 403 }));
    const thrown = [await error(groups(session)), await error(update(session))];
    expect(reads).toBe(1);
    expect(server.requests[0]?.headers['x-amz-security-token']).toBe('token-of-the-test');
    for (const { message } of thrown) expect(message).not.toMatch(/secret-of|token-of|AKIDTEST/);
  });

  test('that expired in the middle of an incident are read anew, once', async () => {
    const keys = ['AKIDOLD', 'AKIDNEW'];
    const { server, session } = await startAws({
      credentials: async () => ({ accessKeyId: keys.shift() ?? 'AKIDNONE', secretAccessKey: 's' }),
    });
    server.on('ecs:UpdateService', (_input, _count, { accessKeyId }) =>
      accessKeyId === 'AKIDOLD' ? fail('ExpiredTokenException', { status: 400 }) : { service: {} },
    );
    await update(session);
    expect(server.requests.map(({ accessKeyId }) => accessKeyId)).toEqual(['AKIDOLD', 'AKIDNEW']);
  });

  test('that stay expired are said with what to do', async () => {
    const { server, session } = await startAws();
    server.on(GROUPS, fail('ExpiredToken', { status: 403 }));
    const thrown = await error(groups(session));
    expect(thrown).toMatchObject({ outcome: 'failed' });
    expect(thrown.message).toContain('the credentials of AWS Production have expired: log in again');
    expect(server.requests).toHaveLength(2);
  });

  test('are read anew before they end', async () => {
    let reads = 0;
    const { server, session, clock } = await startAws({
      credentials: async () => {
        reads += 1;
        return {
          accessKeyId: `AKID${reads}`,
          secretAccessKey: 's',
          expiration: new Date(clock.now() + 3_600_000),
        };
      },
    });
    server.on(GROUPS, empty);
    await groups(session);
    await groups(session);
    clock.advance(56 * 60_000);
    await groups(session);
    expect(server.requests.map(({ accessKeyId }) => accessKeyId)).toEqual(['AKID1', 'AKID1', 'AKID2']);
  });

  test('that are nowhere are said', async () => {
    const { session } = await startAws({
      credentials: async () => {
        const none = new Error('Could not load credentials from any providers');
        none.name = 'CredentialsProviderError';
        throw none;
      },
    });
    expect(await error(groups(session))).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('AWS Production has no credentials that AWS takes'),
    });
  });

  test('of a role are asked of STS at the endpoint, once, under our name', async () => {
    const { server } = await startAws();
    const settings = { ...settingsFor(server), role: 'arn:aws:iam::123456789012:role/openclaw' };
    process.env.AWS_ACCESS_KEY_ID = 'AKIDBASE';
    process.env.AWS_SECRET_ACCESS_KEY = 'base-secret';
    const { openSession } = await import('../../../src/sources/aws/open-session.ts');
    const session = openSession({ source: 'AWS Production', settings, clock: { now: Date.now } });
    try {
      server.on('sts:AssumeRole', {
        Credentials: {
          AccessKeyId: 'AKIDROLE',
          SecretAccessKey: 'role-secret',
          SessionToken: 'role-token',
          Expiration: new Date(Date.now() + 3_600_000),
        },
      });
      server.on(GROUPS, empty);
      server.on('ecs:UpdateService', { service: {} });
      await groups(session);
      await update(session);
      expect(server.requests.map(({ action, accessKeyId }) => [action, accessKeyId])).toEqual([
        ['sts:AssumeRole', 'AKIDBASE'],
        [GROUPS, 'AKIDROLE'],
        ['ecs:UpdateService', 'AKIDROLE'],
      ]);
      expect(server.inputs('sts:AssumeRole')[0]).toMatchObject({
        RoleArn: settings.role,
        RoleSessionName: 'openclaw',
      });
    } finally {
      await session.close();
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
    }
  });
});
