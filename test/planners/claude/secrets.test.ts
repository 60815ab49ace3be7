import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readTool } from '../../../src/planners/claude/tools.ts';
import { claudeBench } from '../../support/claude.ts';
import { type ApiReply, calls, fails, says } from '../../support/messages-api/server.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const SECRET = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const query = calls('metrics_query', { service: 'api', metric: 'error_rate' });

describe('what leaves', () => {
  test('passes one function, whatever it is: system, tools, the question, readings, and what the model said', async () => {
    const leaky = readTool({
      name: 'metrics_query',
      description: `Reads with ${SECRET}.`,
      schema: z.strictObject({ service: z.string().describe(`not ${SECRET}`), metric: z.string() }),
      run: async () => `token=${SECRET}`,
    });
    const bench = await claudeBench([
      says(
        { type: 'thinking', thinking: `The token is ${SECRET}.` },
        `I see ${SECRET}.`,
        calls('metrics_query', { service: SECRET, metric: SECRET }),
        calls('metrics_query', { [SECRET]: 1 }),
      ),
      says('Done.'),
    ]);

    const outcome = await bench.converse({
      system: { stable: [`stable ${SECRET}`], varying: [`varying ${SECRET}`] },
      user: `user ${SECRET}`,
      reads: [leaky],
    });

    expect(outcome).toMatchObject({
      kind: 'said',
      calls: [{ result: expect.stringContaining('[redacted:') }],
    });
    expect(bench.api.requests).toHaveLength(2);
    for (const { raw } of bench.api.requests) expect(raw).not.toContain(SECRET);
    expect(bench.api.requests[1]?.raw.match(/\[redacted:/g)?.length).toBeGreaterThan(6);
    // What is signed cannot be changed, so it stays out as a whole.
    expect(bench.api.requests[1]?.raw).not.toContain('"thinking"');
  });

  test('a reading is cleaned before it is cut, so that no half of a secret stays', async () => {
    const filler = 'x y '.repeat(5_700);
    const leaky = readTool({
      name: 'metrics_query',
      description: 'Reads.',
      schema: z.looseObject({}),
      run: async () => `${filler}${SECRET} ${filler}`,
    });

    for (const less of [0, 5, 10, 15, 20, 25, 30]) {
      const bench = await claudeBench([says(query), says('Done.')]);
      await bench.converse({ reads: [leaky], limits: { resultBytes: 26_700 + 1_024 - less } });
      expect(bench.api.requests[1]?.raw).not.toContain(SECRET.slice(0, 8));
    }
  });

  test('a reading that is too long is cut at a line, so that no half of a secret stays there either', async () => {
    const passwords = `password=${'x9Y'.repeat(333)}\n`.repeat(129);
    const before = 'y'.repeat(128 * 1024 - passwords.length - 10);
    const leaky = readTool({
      name: 'metrics_query',
      description: 'Reads.',
      schema: z.looseObject({}),
      run: async () => `${passwords}${before} ${SECRET}`,
    });
    const bench = await claudeBench([says(query), says('Done.')]);

    await bench.converse({ reads: [leaky] });

    expect(bench.api.requests[1]?.raw).toContain('password=[redacted');
    expect(bench.api.requests[1]?.raw).not.toContain(SECRET.slice(0, 6));
  });

  const broken: [string, (text: string) => string][] = [
    [
      'throws',
      () => {
        throw new Error('out of memory');
      },
    ],
    ['gives no text', () => undefined as unknown as string],
  ];
  test.each(broken)('nothing, where that function %s', async (_, outgoing) => {
    const bench = await claudeBench([says('Hello.')], { outgoing });

    expect(await bench.converse()).toMatchObject({
      kind: 'silent',
      why: 'withheld',
      sentence:
        'What Claude would have been sent could not be cleaned of secrets, and nothing was, so this is without it.',
    });
    expect(bench.api.requests).toEqual([]);
  });

  test('no further turn, where it throws at a reading', async () => {
    const bench = await claudeBench([says(query), says('Done.')], {
      outgoing: (text) => {
        if (text.startsWith('error_rate')) throw new Error('cannot');
        return text;
      },
    });

    expect(await bench.converse()).toMatchObject({ kind: 'silent', why: 'withheld', turns: 1, calls: [] });
    expect(bench.api.requests).toHaveLength(1);
  });
});

describe('the key', () => {
  const echoes: [string, (key: string) => ApiReply][] = [
    ['a refusal', (key) => ({ kind: 'fails', status: 401, message: `invalid x-api-key: ${key}` })],
    ['a bad request', (key) => ({ kind: 'fails', status: 400, message: `Bearer ${key} has no such model` })],
    ['a failure', (key) => ({ kind: 'fails', status: 500, message: key, headers: { 'x-key': key } })],
    ['a text', (key) => says(`Your key is ${key}, nice.`)],
    ['the arguments of the end', (key) => says(calls('propose_plan', { steps: [{ capability: key }] }))],
    ['the arguments of a reading', (key) => says(calls('metrics_query', { service: key, metric: key }))],
    ['the name of a tool', (key) => says(calls(key, {}))],
    ['events that are no JSON', (key) => ({ kind: 'raw', body: `event: x\ndata: ${key}\n\n` })],
    ['an error in the stream', (key) => ({ ...says('x'), error: { after: 1, type: key } })],
  ];
  test.each(echoes)(
    'is in no outcome, no stream and no log when the other side says it: %s',
    async (_, reply) => {
      const said = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
        vi.spyOn(console, level).mockImplementation(() => {}),
      );
      const streamed: string[] = [];
      const bench = await claudeBench();
      bench.api.chunkBytes = 4096;
      bench.api.answer = () => reply(bench.api.key);

      const outcome = await bench.converse({ onText: (soFar) => streamed.push(soFar) });

      expect(JSON.stringify([outcome, streamed])).not.toContain(bench.api.key);
      for (const spy of said) expect(spy).not.toHaveBeenCalled();
    },
  );

  test('that no header can hold is not used, and not repeated', async () => {
    const key = 'sk-ant-of-ours\nX-Other: 1';
    const bench = await claudeBench([], { key });

    const outcome = await bench.converse();

    expect(outcome).toMatchObject({ kind: 'silent', why: 'key-refused' });
    expect(JSON.stringify(outcome)).not.toContain('sk-ant');
    expect(bench.api.requests).toEqual([]);
  });

  test.each([null, '', '  \n'])('that is not there (%j) asks nothing', async (key) => {
    const bench = await claudeBench([says('Hello.')], { key });

    expect(await bench.converse()).toMatchObject({
      kind: 'silent',
      why: 'no-key',
      sentence: 'Claude has no key here, so this is without it.',
      turns: 0,
    });
    expect(bench.api.requests).toEqual([]);
    expect(bench.ledger.asked).toBe(0);
  });
});

describe('the environment', () => {
  test('changes nothing: no key, address, header or log level is read from it', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-other');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'other-token');
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:9');
    vi.stubEnv('ANTHROPIC_LOG', 'debug');
    vi.stubEnv(
      'ANTHROPIC_CUSTOM_HEADERS',
      'Authorization: Bearer stolen\nX-Tracking: yes\nanthropic-beta: x',
    );
    const log = vi.spyOn(console, 'debug').mockImplementation(() => {});
    const bench = await claudeBench([fails(529), says('Hello.')]);

    expect(await bench.converse()).toMatchObject({ kind: 'said' });

    const headers = bench.api.requests[1]?.headers ?? {};
    expect(headers.authorization).toBe(`Bearer ${bench.api.key}`);
    expect(headers['anthropic-version']).toBe('2026-10-21');
    expect(Object.keys(headers).filter((name) => /tracking|beta|traceparent|x-api-key/.test(name))).toEqual(
      [],
    );
    expect(log).not.toHaveBeenCalled();
  });
});
