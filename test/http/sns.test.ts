import { createSign, type KeyObject } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import { ToolError } from '../../src/domain/errors.ts';
import type { HttpsGet } from '../../src/domain/https-get.ts';
import { createCertificate } from '../support/certificate.ts';
import { type Answer, answerOf, NOW, source, startTestServer, type TestServer } from './harness.ts';

const DAY_MS = 24 * 60 * 60_000;
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alarms';
const CERTIFICATE = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem';
const amazon = createCertificate({ from: NOW - DAY_MS, to: NOW + 300 * DAY_MS });
const stranger = createCertificate({ from: NOW - DAY_MS, to: NOW + DAY_MS });
const expired = createCertificate({ from: NOW - 9 * DAY_MS, to: NOW - DAY_MS });

type Envelope = Record<string, unknown>;

const fetched: string[] = [];
let pem = amazon.pem;
let broken: Error | null = null;
const httpsGet: HttpsGet = async (url) => {
  fetched.push(url.href);
  if (broken) throw broken;
  return { status: 200, text: pem };
};
const servers: TestServer[] = [];
let server: TestServer;

beforeEach(async () => {
  fetched.length = 0;
  pem = amazon.pem;
  broken = null;
  server = await startTestServer({ httpsGet });
  servers.push(server);
  server.sources.set('aws', { ...source('aws', 'sns', []), settings: { topic: TOPIC } });
});

afterAll(async () => {
  for (const each of servers) await each.close();
});

const ALARM = {
  AlarmName: 'api-prod errors critical',
  AlarmDescription: null,
  AWSAccountId: '123456789012',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:api-prod errors critical',
  NewStateValue: 'ALARM',
  OldStateValue: 'OK',
  NewStateReason: 'Threshold Crossed: 1 datapoint (12.3) was greater than the threshold (5.0).',
  StateChangeTime: '2026-11-18T13:06:30.123+0000',
  Region: 'EU (Ireland)',
  Trigger: {
    MetricName: 'HTTPCode_Target_5XX_Count',
    Namespace: 'AWS/ApplicationELB',
    Statistic: 'SUM',
    Unit: null,
    Dimensions: [{ name: 'AutoScalingGroupName', value: 'api-prod' }],
    Threshold: 5,
  },
};

function notification(message: unknown = ALARM, over: Envelope = {}): Envelope {
  return {
    Type: 'Notification',
    MessageId: 'b1f2-1',
    TopicArn: TOPIC,
    Subject: 'ALARM: "api-prod errors" in EU (Ireland)',
    Message: typeof message === 'string' ? message : JSON.stringify(message),
    Timestamp: new Date(NOW - 5_000).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: CERTIFICATE,
    ...over,
  };
}

function confirmation(over: Envelope = {}): Envelope {
  return {
    Type: 'SubscriptionConfirmation',
    MessageId: 'c1',
    Token: 'abc123',
    TopicArn: TOPIC,
    Message: 'You have chosen to subscribe to the topic.',
    SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=abc123`,
    Timestamp: new Date(NOW - 5_000).toISOString(),
    SignatureVersion: '1',
    SigningCertURL: CERTIFICATE,
    ...over,
  };
}

function sign(envelope: Envelope, key: KeyObject = amazon.privateKey): Envelope {
  const names =
    envelope.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names
    .filter((name) => envelope[name] !== undefined)
    .map((name) => `${name}\n${String(envelope[name])}\n`)
    .join('');
  const algorithm = envelope.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  return { ...envelope, Signature: createSign(algorithm).update(text).sign(key, 'base64') };
}

async function send(body: unknown, { name = 'aws', headers = {} } = {}): Promise<Answer> {
  const type = (body as Envelope | null)?.Type;
  return answerOf(
    await fetch(`${server.url}/hooks/${name}`, {
      method: 'POST',
      headers: {
        'content-type': 'text/plain; charset=UTF-8',
        'x-amz-sns-message-type': typeof type === 'string' ? type : 'Notification',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}

const only = (): IncomingAlert => server.inbox[0]?.body as IncomingAlert;

describe('an alarm that Amazon signed', () => {
  test.each(['1', '2'])('is taken in without any secret, signature version %s', async (version) => {
    const { status } = await send(sign(notification(ALARM, { SignatureVersion: version })));
    expect(status).toBe(200);
    expect(only()).toMatchObject({
      status: 'firing',
      title: 'api-prod errors critical',
      severity: 'critical',
      severityText: 'critical',
      service: 'api-prod',
      startsAt: Date.parse('2026-11-18T13:06:30.123Z'),
      threshold: 5,
      labels: { region: 'eu-west-1', metric: 'HTTPCode_Target_5XX_Count', AutoScalingGroupName: 'api-prod' },
    });
  });

  test('without a Subject is signed without one', async () => {
    const { Subject: _, ...without } = notification();
    expect((await send(sign(without))).status).toBe(200);
  });

  test('repeated by SNS is one delivery; its certificate is fetched once', async () => {
    await send(sign(notification()));
    await send(sign(notification()));
    await Promise.all([1, 2, 3].map((id) => send(sign(notification(ALARM, { MessageId: `n${id}` })))));
    expect(server.inbox).toHaveLength(4);
    expect(fetched).toEqual([CERTIFICATE]);
  });

  test.each([
    ['OK', 'resolved'],
    ['INSUFFICIENT_DATA', 'unknown'],
    ['SOMETHING', 'unknown'],
  ])('in state %s is %s, under the same fingerprint', async (state, status) => {
    await send(sign(notification()));
    await send(sign(notification({ ...ALARM, NewStateValue: state }, { MessageId: 'later' })));
    const [first, second] = server.inbox.map(({ body }) => body as IncomingAlert);
    expect(second).toMatchObject({ status, fingerprint: first?.fingerprint });
  });

  test('of a composite kind has no trigger and no severity in its name: the source says which', async () => {
    server.sources.set('aws', {
      ...source('aws', 'sns', []),
      settings: { topic: TOPIC, severity: 'critical' },
    });
    const { Trigger: _, ...composite } = { ...ALARM, AlarmName: 'checkout', AlarmRule: 'ALARM(a)' };
    expect((await send(sign(notification(composite)))).status).toBe(200);
    expect(only()).toMatchObject({ title: 'checkout', severity: 'critical', service: null, threshold: null });
  });
});

describe('what is no alarm', () => {
  test.each<[string, unknown]>([
    ['plain text', 'Your budget was exceeded'],
    ['JSON of something else', { Records: [{ s3: {} }] }],
    ['a list', [1, 2]],
    ['null', 'null'],
    ['an alarm without a name', { AlarmName: '   ' }],
  ])('%s is kept as a dead letter, and SNS is not told to give up', async (_, message) => {
    const { status, body } = await send(sign(notification(message)));
    expect(status).toBe(202);
    expect(body).toMatchObject({ ok: true, accepted: 0, dead_letters: 1 });
    expect(server.inbox.map(({ kind }) => kind)).toEqual(['dead-letter']);
  });

  test('wrong types in every field of an alarm do not crash', async () => {
    for (const wrong of [null, 7, [], {}, true, 'x'.repeat(100_000)]) {
      for (const name of [
        'AlarmArn',
        'NewStateValue',
        'StateChangeTime',
        'Trigger',
        'Region',
        'AWSAccountId',
      ]) {
        const message = { ...ALARM, [name]: wrong };
        const answer = await send(
          sign(notification(message, { MessageId: `${name}${String(wrong).length}` })),
        );
        expect(answer.status).toBe(200);
      }
    }
    const dimensions = {
      ...ALARM,
      Trigger: { Dimensions: [null, 7, { name: {} }, { name: 'a', value: [] }] },
    };
    expect((await send(sign(notification(dimensions, { MessageId: 'd' })))).status).toBe(200);
  });
});

describe('a forged message is refused, and SNS alone is believed', () => {
  const refused = async (body: unknown): Promise<void> => {
    const { status } = await send(body);
    expect(status).toBe(401);
    expect(server.inbox).toEqual([]);
  };

  test('signed by another key', () => refused(sign(notification(), stranger.privateKey)));
  test('changed after it was signed', () =>
    refused({ ...sign(notification()), Message: JSON.stringify({ ...ALARM, NewStateValue: 'OK' }) }));
  test('with its Subject taken out', () => {
    const { Subject: _, ...without } = sign(notification());
    return refused(without);
  });
  test('of one type, said to be of another', () =>
    refused({ ...sign(notification()), Type: 'UnsubscribeConfirmation' }));
  test.each(['', 'AAAA', '!!', 7, null])('with the signature %j', (Signature) =>
    refused({ ...notification(), Signature }),
  );
  test.each(['3', '', 1, null])('of signature version %j', (SignatureVersion) =>
    refused({ ...sign(notification()), SignatureVersion }),
  );
  test.each([-25 * 60 * 60_000, 2 * 60 * 60_000])('signed %i ms from now', (offset) =>
    refused(sign(notification(ALARM, { Timestamp: new Date(NOW + offset).toISOString() }))),
  );
  test.each(['not JSON', '[]', '""', 'null'])('that is %j', (body) => refused(body));

  test('of a topic that the source does not name: nothing is fetched for it, and the log says what to set', async () => {
    await refused(sign(notification(ALARM, { TopicArn: `${TOPIC}x` })));
    expect(fetched).toEqual([]);
    expect(server.log.map(({ message }) => message).join()).toContain(`"${TOPIC}x" is not in its settings`);
  });

  test('for a source that names no topic', async () => {
    server.sources.set('aws', source('aws', 'sns', []));
    await refused(sign(notification()));
  });

  test.each([
    'http://sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/a.pem',
    'https://sns.eu-west-1.amazonaws.com:443/a.pem',
    'https://user@sns.eu-west-1.amazonaws.com/a.pem',
    'https://evil.example/@sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/a.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem',
    'https://evil.sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com\\.evil.example/a.pem',
    'https://sns.eu-west-1.amazonaws.com#.evil.example/a.pem',
    'https://sns.eu-west-1.amazonaws.com/a.pem?x=1',
    'https://sns.eu-west-1.amazonaws.com/a.txt',
    'https://sns.eu-west-1.amazonaws.com/%2e%2e/a.pem',
    'https://SNS.EU-WEST-1.AMAZONAWS.COM/a.pem',
    'https://sns.eu-west-1.amazonaws。com/a.pem',
    'https://ѕns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com.cn.evil/a.pem',
    'https://sns..amazonaws.com/a.pem',
    'https://s3.eu-west-1.amazonaws.com/a.pem',
    ' https://sns.eu-west-1.amazonaws.com/a.pem',
    'file:///etc/passwd.pem',
    `https://sns.eu-west-1.amazonaws.com/${'a'.repeat(3_000)}.pem`,
    7,
    null,
  ])('with its certificate at %j, which is never fetched', async (SigningCertURL) => {
    await refused(sign(notification(ALARM, { SigningCertURL })));
    expect(fetched).toEqual([]);
  });

  test('an unknown source looks the same as a refused one', async () => {
    const known = await send(sign(notification(), stranger.privateKey));
    const unknown = await send(sign(notification()), { name: 'nobody' });
    expect(unknown).toMatchObject({ status: 401, body: known.body });
  });
});

describe('the certificate', () => {
  test.each<[string, () => void]>([
    ['cannot be fetched', () => (broken = new ToolError('retry', 'no way'))],
    ['is past its end', () => (pem = expired.pem)],
    ['is none', () => (pem = 'hello')],
  ])('that %s: SNS is asked to come back, and the next try looks again', async (_, spoil) => {
    spoil();
    expect((await send(sign(notification()))).status).toBe(503);
    expect((await send(sign(notification()))).status).toBe(503);
    expect(fetched).toHaveLength(1);
    broken = null;
    pem = amazon.pem;
    server.clock.at += 11_000;
    expect((await send(sign(notification()))).status).toBe(200);
  });

  test('is fetched again after a day', async () => {
    await send(sign(notification()));
    server.clock.at += DAY_MS - 1;
    await send(
      sign(notification(ALARM, { MessageId: 'b', Timestamp: new Date(server.clock.at).toISOString() })),
    );
    server.clock.at += 1;
    await send(
      sign(notification(ALARM, { MessageId: 'c', Timestamp: new Date(server.clock.at).toISOString() })),
    );
    expect(fetched).toHaveLength(2);
  });
});

describe('subscriptions', () => {
  test('a question of an allowed topic is kept to be confirmed later; nothing but the certificate is fetched here', async () => {
    expect((await send(sign(confirmation()))).status).toBe(200);
    expect(server.inbox).toMatchObject([
      { kind: 'notice', body: { type: 'subscription', topic: TOPIC, url: confirmation().SubscribeURL } },
    ]);
    expect(fetched).toEqual([CERTIFICATE]);
  });

  test('a question of another topic is refused', async () => {
    expect((await send(sign(confirmation({ TopicArn: TOPIC.replace('alarms', 'evil') })))).status).toBe(401);
    expect(server.inbox).toEqual([]);
  });

  test('the end of a subscription is kept as a remark with what to do', async () => {
    expect((await send(sign(confirmation({ Type: 'UnsubscribeConfirmation' })))).status).toBe(200);
    expect(server.inbox).toMatchObject([
      {
        kind: 'notice',
        body: { type: 'remark', text: expect.stringContaining(TOPIC), advice: expect.any(String) },
      },
    ]);
  });
});

describe('raw delivery carries no signature: the secret in the address opens the door', () => {
  const basic = { authorization: `Basic ${Buffer.from('sns:correct-horse-battery').toString('base64')}` };
  const raw = (topic: string) => ({
    ...basic,
    'x-amz-sns-rawdelivery': 'true',
    'x-amz-sns-message-id': 'raw-1',
    'x-amz-sns-topic-arn': topic,
  });
  beforeEach(() => {
    server.sources.set('aws', { ...source('aws', 'sns'), settings: { topic: TOPIC } });
  });

  test('an alarm is read from the body alone, under the id of its message', async () => {
    await send(ALARM, { headers: raw(TOPIC) });
    expect((await send(ALARM, { headers: raw(TOPIC) })).body).toMatchObject({ duplicates: 1 });
    expect(server.inbox).toMatchObject([{ kind: 'alert', body: { title: ALARM.AlarmName } }]);
  });

  test('also then the topic must be one of the source', async () => {
    expect((await send(ALARM, { headers: raw(`${TOPIC}x`) })).status).toBe(202);
    expect(server.inbox.map(({ kind }) => kind)).toEqual(['dead-letter']);
  });

  test('without the secret it is refused', async () => {
    expect((await send(ALARM)).status).toBe(401);
  });
});
