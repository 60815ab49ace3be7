import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import { logsTools } from '../../../src/sources/aws/logs.ts';
import { fail, hang, raw, throttle } from '../../support/aws/server.ts';
import { call, service, startAws, type TestAws } from '../../support/aws/session.ts';
import { readTool } from './tools.ts';

const MINUTE = 60_000;
const api = service('ecs:prod/api logs:/ecs/api,/ecs/envoy');

interface Written {
  group: string;
  at: number;
  message: string;
  stream?: string;
}

/** A CloudWatch Logs that holds these events, in pages of `size`. */
function holding({ server }: TestAws, events: readonly Written[], size = 1000): void {
  server.on('logs:FilterLogEvents', (input) => {
    const streams = input.logStreamNames as string[] | undefined;
    const fitting = events
      .filter(({ group }) => group === input.logGroupName)
      .filter(({ at }) => at >= Number(input.startTime) && at <= Number(input.endTime))
      .filter(({ stream = 's' }) => streams === undefined || streams.includes(stream))
      .sort((a, b) => a.at - b.at);
    const first = Number(input.nextToken ?? 0);
    return {
      events: fitting.slice(first, first + size).map(({ at, message, stream = 's' }, index) => ({
        eventId: `${at}/${first + index}/${message}`,
        timestamp: at,
        message,
        logStreamName: stream,
      })),
      ...(first + size < fitting.length ? { nextToken: String(first + size) } : {}),
    };
  });
}

/** An Insights that needs `looks` looks and then gives these. */
function insights({ server }: TestAws, events: readonly Written[], looks = 1): void {
  server.on('logs:StartQuery', { queryId: 'q-1' });
  server.on('logs:StopQuery', { success: true });
  server.on('logs:GetQueryResults', (_input, count) =>
    count < looks
      ? { status: count === 1 ? 'Scheduled' : 'Running', results: [] }
      : {
          status: 'Complete',
          results: events.map(({ at, message, stream = 's' }) => [
            { field: '@timestamp', value: new Date(at).toISOString().replace('T', ' ').replace('Z', '') },
            { field: '@message', value: message },
            { field: '@logStream', value: stream },
            { field: '@ptr', value: 'p' },
          ]),
        },
  );
}

const search = (aws: TestAws, args: Record<string, unknown>, of = api) =>
  readTool(logsTools(aws.session), 'logs.search').read({ service: 'api', limit: 100, ...args }, of, call());

describe('the last lines', () => {
  test('of several groups come merged by time, oldest first, the newest of them', async () => {
    const aws = await startAws();
    const now = aws.clock.now();
    holding(aws, [
      { group: '/ecs/api', at: now - 5000, message: 'ERROR connection pool exhausted', stream: 'a' },
      {
        group: '/ecs/envoy',
        at: now - 4000,
        message: '{"level":"warn","msg":"upstream reset"}',
        stream: 'b',
      },
      { group: '/ecs/api', at: now - 3000, message: 'request done', stream: 'a' },
      { group: '/ecs/api', at: now - 30 * MINUTE, message: 'long ago', stream: 'a' },
    ]);
    const { lines, truncated } = await search(aws, { limit: 3 });
    expect(lines).toEqual([
      { at: now - 5000, level: 'error', text: 'ERROR connection pool exhausted', instance: 'a' },
      { at: now - 4000, level: 'warn', text: '{"level":"warn","msg":"upstream reset"}', instance: 'b' },
      { at: now - 3000, level: 'unknown', text: 'request done', instance: 'a' },
    ]);
    expect(truncated).toBe(true);
    // One minute was enough: an hour of logs is not read for three lines.
    expect(aws.server.inputs('logs:FilterLogEvents').map((input) => input.startTime)).toEqual([
      now - MINUTE + 1,
      now - MINUTE + 1,
    ]);
  });

  test('of a quiet service are found further back', async () => {
    const aws = await startAws();
    const now = aws.clock.now();
    holding(aws, [{ group: '/ecs/api', at: now - 26 * 60 * MINUTE, message: 'yesterday' }]);
    expect((await search(aws, {})).lines.map(({ text }) => text)).toEqual(['yesterday']);
  });

  test('are read page by page, and a page that comes twice counts once', async () => {
    const aws = await startAws();
    const now = aws.clock.now();
    holding(
      aws,
      Array.from({ length: 25 }, (_, index) => ({
        group: '/ecs/api',
        at: now - 1000 * index,
        message: `line ${index}`,
      })),
      10,
    );
    const { lines } = await search(aws, { limit: 100 });
    expect(lines.map(({ text }) => text)).toEqual(
      Array.from({ length: 25 }, (_, index) => `line ${24 - index}`),
    );
  });

  test('of a flood are the newest, not the first pages of its minute', async () => {
    const aws = await startAws();
    const now = aws.clock.now();
    holding(
      aws,
      Array.from({ length: 600 }, (_, index) => ({
        group: '/ecs/api',
        at: now - 100 * index,
        message: `line ${index}`,
      })),
      10,
    );
    const { lines, truncated } = await search(aws, { limit: 5, sinceAt: now - 5 * MINUTE });
    expect(lines.map(({ text }) => text)).toEqual(['line 4', 'line 3', 'line 2', 'line 1', 'line 0']);
    expect(truncated).toBe(true);
    expect(aws.server.inputs('logs:FilterLogEvents').length).toBeLessThan(80);
  });
});

describe('since a time', () => {
  test('nothing older comes, and a complete answer says so', async () => {
    const aws = await startAws();
    const now = aws.clock.now();
    holding(aws, [
      { group: '/ecs/api', at: now - 4 * MINUTE, message: 'in' },
      { group: '/ecs/api', at: now - 6 * MINUTE, message: 'out' },
    ]);
    const answer = await search(aws, { sinceAt: now - 5 * MINUTE });
    expect(answer.lines.map(({ text }) => text)).toEqual(['in']);
    expect(answer.truncated).toBe(false);
    const times = aws.server.inputs('logs:FilterLogEvents').map((input) => Number(input.startTime));
    expect(Math.min(...times)).toBe(now - 5 * MINUTE);
  });

  test('a longer time is one query of Insights, looked at until it is complete', async () => {
    const aws = await startAws();
    const now = aws.clock.now();
    const sinceAt = now - 3 * 60 * MINUTE;
    insights(
      aws,
      [
        { group: '/ecs/api', at: now - 2000, message: 'ERROR second' },
        { group: '/ecs/api', at: now - 9000, message: 'WARN first' },
        { group: '/ecs/api', at: sinceAt - 1, message: 'too old: its second is the one asked for' },
      ],
      3,
    );
    const { lines, truncated } = await search(aws, { sinceAt, limit: 50 });
    expect(lines.map(({ text, level }) => [text, level])).toEqual([
      ['WARN first', 'warn'],
      ['ERROR second', 'error'],
    ]);
    expect(truncated).toBe(false);
    expect(aws.server.inputs('logs:StartQuery')).toEqual([
      {
        logGroupNames: ['/ecs/api', '/ecs/envoy'],
        startTime: Math.floor(sinceAt / 1000),
        endTime: Math.ceil(now / 1000),
        queryString: 'fields @timestamp, @message, @logStream, @ptr | sort @timestamp desc | limit 51',
      },
    ]);
    expect(aws.waits).toEqual([200, 300, 500]);
    expect(aws.server.inputs('logs:StopQuery')).toEqual([]);
  });

  test('a query that fails, or may not be asked, gives way to reading by pages', async () => {
    for (const refusal of [fail('AccessDeniedException'), fail('LimitExceededException')]) {
      const aws = await startAws();
      const now = aws.clock.now();
      aws.server.on('logs:StartQuery', refusal);
      holding(aws, [
        { group: '/ecs/api', at: now - 20 * MINUTE, message: 'Pool EXHAUSTED "now"' },
        { group: '/ecs/api', at: now - 10 * MINUTE, message: 'pool exhausted, later' },
      ]);
      const { lines } = await search(aws, { sinceAt: now - 60 * MINUTE, grep: 'Exhausted "' });
      expect(lines.map(({ text }) => text)).toEqual(['Pool EXHAUSTED "now"']);
      expect(aws.server.inputs('logs:FilterLogEvents')[0]?.filterPattern).toBe(
        '%[eE][xX][hH][aA][uU][sS][tT][eE][dD]%',
      );
    }
  });

  test('an answer of several pages is read as far as it is wanted', async () => {
    const aws = await startAws();
    const now = aws.clock.now();
    insights(aws, []);
    const row = (at: number) => [
      { field: '@timestamp', value: new Date(at).toISOString().replace('T', ' ').replace('Z', '') },
      { field: '@message', value: `line ${now - at}` },
    ];
    aws.server.on('logs:GetQueryResults', (input) => {
      const page = Number(input.nextToken ?? 0);
      const results = [row(now - page * 2000 - 1000), row(now - page * 2000 - 2000)];
      return { status: 'Complete', results, nextToken: String(page + 1) };
    });
    const { lines, truncated } = await search(aws, { sinceAt: now - 60 * MINUTE, limit: 5 });
    expect(lines.map(({ text }) => text)).toEqual([5, 4, 3, 2, 1].map((each) => `line ${each}000`));
    expect(truncated).toBe(true);
    expect(aws.server.inputs('logs:GetQueryResults')).toHaveLength(3);
  });

  test('a query that does not end in time is stopped, and said so', async () => {
    const aws = await startAws();
    insights(aws, [], 1000);
    await expect(search(aws, { sinceAt: aws.clock.now() - 60 * MINUTE })).rejects.toMatchObject({
      outcome: 'retry',
      message:
        'AWS Production did not finish its query of the log groups /ecs/api, /ecs/envoy in time: a shorter --since is quicker',
    });
    await expect.poll(() => aws.server.inputs('logs:StopQuery')).toEqual([{ queryId: 'q-1' }]);
    expect(aws.server.inputs('logs:FilterLogEvents')).toEqual([]);
  });

  test('a query nobody waits for any more is stopped', async () => {
    const aws = await startAws();
    const stop = new AbortController();
    aws.server.on('logs:StartQuery', { queryId: 'q-9' });
    aws.server.on('logs:StopQuery', { success: true });
    aws.server.on('logs:GetQueryResults', (_input, count) => {
      if (count === 2) stop.abort();
      return { status: 'Running', results: [] };
    });
    const tool = readTool(logsTools(aws.session), 'logs.search');
    const args = { service: 'api', limit: 10, sinceAt: aws.clock.now() - 60 * MINUTE };
    await expect(tool.read(args, api, { signal: stop.signal })).rejects.toThrow(ToolError);
    await expect.poll(() => aws.server.inputs('logs:StopQuery')).toEqual([{ queryId: 'q-9' }]);
    expect(aws.server.inputs('logs:FilterLogEvents')).toEqual([]);
  });
});

describe('a grep', () => {
  test.each(['" | delete', '/ or 1=1 /', "'; --", 'a\\', '%ERROR%', '[x, y]', '{ $.a = "b" }'])(
    'of the very characters %j is those and nothing else',
    async (text) => {
      const grep = text.replace(/[^\w ]/g, (character) => `\\${character}`);
      const aws = await startAws();
      const now = aws.clock.now();
      insights(aws, [
        { group: '/ecs/api', at: now - 3000, message: `here ${text.toUpperCase()} it is` },
        { group: '/ecs/api', at: now - 2000, message: 'what a server of another mind might add' },
      ]);
      const { lines } = await search(aws, { grep, sinceAt: now - 60 * MINUTE });
      expect(lines.map(({ text }) => text)).toEqual([`here ${text.toUpperCase()} it is`]);
      const query = String(aws.server.inputs('logs:StartQuery')[0]?.queryString);
      const [, pattern = ''] = /like \/\(\?i\)(.*)\/ \| sort/.exec(query) ?? [];
      expect(pattern).toMatch(/^(?:[A-Za-z0-9 [\]]|\\x[0-9a-f]{2}|\\x\{[0-9a-f]+\})+$/);
      expect(query.split(' | ')).toHaveLength(4);
    },
  );

  test('that is a pattern means the same by pages and by a query: each line is looked at here', async () => {
    const told = ['pool exhausted after 12 ms', 'pool exhausted after a while', 'POOL EXHAUSTED AFTER 7 MS'];
    for (const minutes of [5, 60]) {
      const aws = await startAws();
      const now = aws.clock.now();
      const events = told.map((message, index) => ({ group: '/ecs/api', at: now - 9000 + index, message }));
      holding(aws, events);
      insights(aws, events.toReversed());
      const grep = 'exhausted after \\d+ ms$';
      const { lines } = await search(aws, { grep, sinceAt: now - minutes * MINUTE });
      expect(lines.map(({ text }) => text)).toEqual([told[0], told[2]]);
    }
  });
});

describe('where the logs are', () => {
  test('of an ECS service without a word in its binding, where its tasks write them', async () => {
    const aws = await startAws();
    aws.server.on('ecs:DescribeServices', {
      services: [{ serviceName: 'api', status: 'ACTIVE', taskDefinition: 'api:7' }],
    });
    aws.server.on('ecs:DescribeTaskDefinition', {
      taskDefinition: {
        containerDefinitions: [
          {
            logConfiguration: {
              logDriver: 'awslogs',
              options: { 'awslogs-group': '/team/api', 'awslogs-region': 'eu-west-1' },
            },
          },
          {
            logConfiguration: {
              logDriver: 'awslogs',
              options: { 'awslogs-group': '/other', 'awslogs-region': 'us-east-1' },
            },
          },
          { logConfiguration: { logDriver: 'splunk', options: {} } },
          { name: 'no logs' },
        ],
      },
    });
    holding(aws, [{ group: '/team/api', at: aws.clock.now() - 1, message: 'x' }]);
    expect((await search(aws, {}, service('ecs:prod/api'))).lines).toHaveLength(1);
    expect(aws.server.inputs('ecs:DescribeTaskDefinition')).toEqual([{ taskDefinition: 'api:7' }]);
    expect(new Set(aws.server.inputs('logs:FilterLogEvents').map((input) => input.logGroupName))).toEqual(
      new Set(['/team/api']),
    );
  });

  test('else by the exact conventional name, and never by one that only begins so', async () => {
    const aws = await startAws();
    aws.server.on('logs:DescribeLogGroups', (input) =>
      input.nextToken === undefined
        ? { logGroups: [{ logGroupName: '/ecs/api-prod-staging' }], nextToken: 'more' }
        : { logGroups: [{ logGroupName: '/aws/ec2/api-prod' }] },
    );
    holding(aws, [{ group: '/aws/ec2/api-prod', at: aws.clock.now() - 1, message: 'x' }]);
    expect((await search(aws, {}, service('asg:api-prod'))).lines).toHaveLength(1);
    expect(aws.server.inputs('logs:DescribeLogGroups')[0]).toEqual({
      logGroupNamePattern: 'api-prod',
      limit: 50,
    });
  });

  test('a service without any says what to write', async () => {
    const aws = await startAws();
    aws.server.on('logs:DescribeLogGroups', { logGroups: [] });
    await expect(search(aws, {}, service('asg:api-prod'))).rejects.toThrow(
      'AWS Production has no log group of api that can be told by its name: write it behind the place in the binding, as in "ecs:prod/api logs:/ecs/api"',
    );
  });

  test('a service bound to log groups alone is served, one on a host is not', async () => {
    const { session } = await startAws();
    const tool = readTool(logsTools(session), 'logs.search');
    expect(tool.serves?.(service('logs:/ecs/api'))).toBe(true);
    expect(tool.serves?.(service(null, { bindings: { 'This host': { logs: ['a.log'] } } }))).toBe(false);
  });
});

describe('one instance', () => {
  const written = [
    { group: '/ecs/api', at: 1, message: 'one', stream: 'i-0123456789abcdef0/app.log' },
    { group: '/ecs/api', at: 2, message: 'two', stream: 'i-0fedcba9876543210/app.log' },
  ];
  const bound = service('asg:api-prod logs:/ecs/api');

  async function start(streams = written.map(({ stream }) => stream)) {
    const aws = await startAws();
    holding(
      aws,
      written.map((event) => ({ ...event, at: aws.clock.now() - 1000 + event.at })),
    );
    aws.server.on('logs:DescribeLogStreams', {
      logStreams: streams.map((logStreamName) => ({ logStreamName })),
    });
    return aws;
  }

  test('is a part of the name of a stream', async () => {
    const aws = await start();
    const { lines } = await search(aws, { instance: 'i-0fedcba9876543210' }, bound);
    expect(lines.map(({ text, instance }) => [text, instance])).toEqual([['two', 'i-0fedcba9876543210']]);
  });

  test('is a machine by its Name tag, with its wildcards made plain', async () => {
    const aws = await start();
    aws.server.on('ec2:DescribeInstances', {
      reservationSet: {
        element: 'item',
        items: [{ instancesSet: { element: 'item', items: [{ instanceId: 'i-0123456789abcdef0' }] } }],
      },
    });
    const { lines } = await search(aws, { instance: 'api-*' }, bound);
    expect(lines.map(({ text }) => text)).toEqual(['one']);
    expect(aws.server.inputs('ec2:DescribeInstances')[0]?.Filter).toMatchObject([
      { Name: 'tag:Name', Value: ['api-\\*'] },
      {},
    ]);
  });

  test('that has no stream among several is said, with those there are', async () => {
    const aws = await start();
    aws.server.on('ec2:DescribeInstances', fail('UnauthorizedOperation', { status: 403 }));
    await expect(search(aws, { instance: 'api-prod-07' }, bound)).rejects.toThrow(
      'no log stream is named after api-prod-07: there are i-0123456789abcdef0, i-0fedcba9876543210',
    );
  });

  test('has the only stream there is', async () => {
    const aws = await start(['all']);
    expect((await search(aws, { instance: 'api-prod-07' }, bound)).lines).toHaveLength(2);
  });
});

describe('hostile lines', () => {
  const cases: [string, string, string[]][] = [
    [
      'colours and cursor movements',
      '\u001b[31mERROR\u001b[0m \u001b]0;title\u0007boom\u001b[2J',
      ['ERROR boom'],
    ],
    ['a bell, a null and a backspace', 'a\u0007b\u0000c\u0008d', ['a\ufffdb\ufffdc\ufffdd']],
    ['directions turned around', 'user \u202egnp.exe\u2066 x', ['user  gnp.exe  x']],
    ['several lines and empty ones', 'ERROR a\r\n\tat b\n\n\tat c', ['ERROR a', '\tat b', '\tat c']],
    ['JSON', '{"level":50,"msg":"x"}', ['{"level":50,"msg":"x"}']],
  ];
  test.each(cases)('%s', async (_name, message, texts) => {
    const aws = await startAws();
    holding(aws, [{ group: '/ecs/api', at: aws.clock.now() - 1, message }]);
    expect((await search(aws, {})).lines.map(({ text }) => text)).toEqual(texts);
  });

  test('a line of a megabyte is cut, and a million lines in one event are not all of them lines', async () => {
    const aws = await startAws();
    const now = aws.clock.now();
    holding(aws, [
      { group: '/ecs/api', at: now - 2, message: 'x'.repeat(1_000_000) },
      { group: '/ecs/api', at: now - 1, message: 'y\n'.repeat(30_000) },
    ]);
    const { lines } = await search(aws, { limit: 10_000 });
    expect(lines).toHaveLength(201);
    expect(lines[0]?.text).toHaveLength(8 * 1024 + 1);
  });

  test('an event without a time or a text, or with the wrong types, is left out', async () => {
    const aws = await startAws();
    aws.server.on('logs:FilterLogEvents', {
      events: [
        { message: 'no time' },
        { timestamp: aws.clock.now() },
        { timestamp: aws.clock.now(), message: 'fine' },
      ],
    });
    expect((await search(aws, {})).lines.map(({ text }) => text)).toContain('fine');
  });
});

describe('AWS that does not answer well', () => {
  test('a throttle is waited for, and nothing is lost', async () => {
    const aws = await startAws();
    const event = { eventId: 'e', timestamp: aws.clock.now() - 1, message: 'x', logStreamName: 's' };
    aws.server.on('logs:FilterLogEvents', (_input, count) => (count <= 2 ? throttle() : { events: [event] }));
    const { lines } = await search(aws, { sinceAt: aws.clock.now() - MINUTE }, service('logs:/ecs/api'));
    expect(lines).toHaveLength(1);
    expect(aws.waits.length).toBeGreaterThan(0);
  });

  test.each([
    ['an HTML page', raw(502, '<html><h1>502 Bad Gateway</h1></html>')],
    [
      'expired credentials',
      fail('ExpiredTokenException', { message: 'The security token included in the request is expired' }),
    ],
    [
      'a group that is gone',
      fail('ResourceNotFoundException', { message: 'The specified log group does not exist.' }),
    ],
  ])('%s is a plain sentence that names the source', async (_name, answer) => {
    const aws = await startAws();
    aws.server.on('logs:FilterLogEvents', answer);
    aws.server.on('logs:StartQuery', answer);
    const error = await search(aws, { sinceAt: aws.clock.now() - MINUTE }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).message).toContain('AWS Production');
    expect((error as ToolError).message).not.toMatch(/<html|secret-of-the-test/);
  });

  test('no answer at all ends with the signal', async () => {
    const aws = await startAws();
    aws.server.on('logs:FilterLogEvents', hang);
    const stop = new AbortController();
    const tool = readTool(logsTools(aws.session), 'logs.search');
    const reading = tool.read({ service: 'api', limit: 1 }, api, { signal: stop.signal });
    await expect.poll(() => aws.server.inputs('logs:FilterLogEvents').length).toBeGreaterThan(0);
    stop.abort();
    await expect(reading).rejects.toThrow('AWS Production did not answer in eu-west-1');
  });
});

test('errors alone are asked for by their words, and what is none of them is left out', async () => {
  const aws = await startAws();
  const now = aws.clock.now();
  const trace = 'Exception in thread "main" java.lang.Error: bad\n\tat com.acme.A.b(A.java:1)';
  holding(aws, [
    { group: '/ecs/api', at: now - 3000, message: 'INFO no errors so far' },
    { group: '/ecs/api', at: now - 2000, message: trace },
    { group: '/ecs/envoy', at: now - 1000, message: '{"level":50,"msg":"upstream reset"}' },
  ]);
  const { lines } = await search(aws, { level: 'error', sinceAt: now - 5 * MINUTE });
  expect(lines.map(({ text }) => text)).toEqual([
    ...trace.split('\n'),
    '{"level":50,"msg":"upstream reset"}',
  ]);
  const [{ filterPattern } = {}] = aws.server.inputs('logs:FilterLogEvents');
  expect(filterPattern).toMatch(/^%.*\[eE\]\[rR\]\[rR\].*%$/);
});
