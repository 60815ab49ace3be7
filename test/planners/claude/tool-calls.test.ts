import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ToolError } from '../../../src/domain/errors.ts';
import { readTool } from '../../../src/planners/claude/tools.ts';
import { claudeBench } from '../../support/claude.ts';
import { event, type Said } from '../../support/messages-api/events.ts';
import { type ApiRequest, calls, says } from '../../support/messages-api/server.ts';
import type { Block } from '../../support/messages-api/validate.ts';

function lastOf(request: ApiRequest | undefined): Block[] {
  const content = request?.body.messages.at(-1)?.content ?? [];
  return typeof content === 'string' ? [] : content;
}

function resultsIn(request: ApiRequest | undefined): Block[] {
  return (request?.body.messages ?? [])
    .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
    .filter(({ type }) => type === 'tool_result');
}

const asked = { service: 'api', metric: 'error_rate' };
const query = calls('metrics_query', asked);
const done = says('It is the deploy.');
const raw = (json: string): Said => ({ type: 'tool_use', name: 'metrics_query', json });

describe('a call that cannot be done is answered, and the model may do better', () => {
  const wrong: [string, Said, RegExp][] = [
    ['arguments that are no JSON', raw('{"service": "api", "met'), /no JSON object/],
    ['arguments that are a list', raw('["api"]'), /no JSON object/],
    [
      'arguments nested deeper than anything of ours',
      raw(`${'{"service":'.repeat(33)}1${'}'.repeat(33)}`),
      /no JSON object/,
    ],
    ['arguments of 70 KB', raw(JSON.stringify({ service: 'x'.repeat(70_000) })), /too long/],
    [
      'a tool that is not there',
      calls('shell', { command: 'rm -rf /' }),
      /no tool of that name.*metrics_query/,
    ],
    ['a name that no tool can have', calls('sh; rm', {}), /no tool of that name/],
    ['a missing argument', calls('metrics_query', { service: 'api' }), /metric: /],
    ['an unknown argument', calls('metrics_query', { ...asked, also: 1 }), /also/],
    [
      'a prototype as an argument',
      raw('{"__proto__":{"service":"api"},"service":"api","metric":"x","constructor":1}'),
      /fit/,
    ],
    ['a plan without a step', calls('propose_plan', { steps: [] }), /steps: /],
  ];
  test.each(wrong)('%s', async (_, said, words) => {
    const bench = await claudeBench([says(said), done]);
    bench.api.chunkBytes = 4096;

    const outcome = await bench.converse();

    expect(outcome).toMatchObject({ kind: 'said', text: 'It is the deploy.', ended: null });
    expect(bench.read).toEqual([]);
    const [result] = resultsIn(bench.api.requests[1]);
    expect(result).toMatchObject({ type: 'tool_result', is_error: true });
    expect(result?.content).toMatch(words);
    expect(String(result?.content).length).toBeLessThanOrEqual(400);
  });

  test('three times; the fourth ends it', async () => {
    const nothing = says(calls('shell', {}));
    const patient = await claudeBench([nothing, nothing, nothing, done]);
    const lost = await claudeBench([nothing, nothing, nothing, nothing, done]);

    expect(await patient.converse()).toMatchObject({ kind: 'said' });
    expect(await lost.converse()).toMatchObject({
      kind: 'silent',
      why: 'nonsense',
      sentence:
        "Claude's answer made no sense (it called tools that are not there, or wrongly), so this is without it.",
    });
    expect(lost.api.requests).toHaveLength(4);
  });

  test('a call that is cut by the limit of what may be written is one of them', async () => {
    const bench = await claudeBench([{ ...says(raw('{"service": "a')), stop: 'max_tokens' }, done]);

    expect(await bench.converse()).toMatchObject({ kind: 'said', turns: 2 });
  });
});

describe('readings', () => {
  test('that fail are told the model in a line of ours, and a bug without its words', async () => {
    const failing = (name: string, error: Error) =>
      readTool({
        name,
        description: 'Fails.',
        schema: z.strictObject({}),
        run: async () => {
          throw error;
        },
      });
    const bench = await claudeBench([says(calls('one', {}), calls('two', {})), done]);

    const outcome = await bench.converse({
      reads: [
        failing('one', new ToolError('failed', 'Grafana refuses us (401)')),
        failing('two', new Error('undefined is not a function at /srv/x.ts')),
      ],
    });

    expect(outcome).toMatchObject({
      kind: 'said',
      calls: [
        { tool: 'one', ok: false, result: 'Grafana refuses us (401)' },
        { tool: 'two', ok: false, result: 'This reading failed.' },
      ],
    });
  });

  test('run at once, are answered in their order, and not more than eight of them', async () => {
    let running = 0;
    let most = 0;
    const slow = readTool({
      name: 'slow',
      description: 'Waits for the others.',
      schema: z.strictObject({ nth: z.number() }),
      run: async ({ nth }) => {
        running += 1;
        most = Math.max(most, running);
        for (let turn = 0; turn < 20 - nth; turn += 1) await Promise.resolve();
        running -= 1;
        return `reading ${nth}`;
      },
    });
    const bench = await claudeBench([
      says(...Array.from({ length: 10 }, (_, nth) => calls('slow', { nth }))),
      done,
    ]);

    await bench.converse({ reads: [slow] });

    const results = resultsIn(bench.api.requests[1]);
    expect(most).toBe(8);
    expect(results.map(({ content }) => content)).toEqual([
      ...Array.from({ length: 8 }, (_, nth) => `reading ${nth}`),
      'Not run.',
      'Not run.',
    ]);
  });

  test('fill at most 24 KB of request text together, and say where they were cut', async () => {
    const logs = readTool({
      name: 'logs',
      description: 'Reads logs.',
      schema: z.strictObject({}),
      run: async () => 'ERROR "timeout"\tÄ\n'.repeat(60_000),
    });
    const bench = await claudeBench();
    bench.api.answer = (_, index) => (index < 6 ? says(calls('logs', {}), calls('logs', {})) : done);

    const outcome = await bench.converse({ reads: [logs] });

    const results = resultsIn(bench.api.requests.at(-1));
    const bytes = results.reduce(
      (sum, { content }) => sum + Buffer.byteLength(JSON.stringify(content)) - 2,
      0,
    );
    expect(outcome).toMatchObject({ kind: 'said' });
    expect(results).toHaveLength(12);
    expect(bytes).toBeLessThanOrEqual(24 * 1024);
    expect(bytes).toBeGreaterThan(18 * 1024);
    for (const { content } of results)
      expect(content).toMatch(/\[cut: [\d,]+ more characters do not fit in this conversation\]$/);
  });

  test('that never end are left at the deadline, and told so', async () => {
    let aborted = false;
    const stuck = readTool({
      name: 'stuck',
      description: 'Never ends.',
      schema: z.strictObject({}),
      run: (_, signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
        }),
    });
    const bench = await claudeBench();
    bench.api.answer = () => {
      bench.clock.advance(59_980);
      return says(calls('stuck', {}));
    };

    const outcome = await bench.converse({ reads: [stuck] });

    expect(outcome).toMatchObject({ kind: 'silent', why: 'slow' });
    expect(aborted).toBe(true);
    expect(bench.breaker.state()).toMatchObject({ failures: 0 });
  });
});

describe('the end of a conversation', () => {
  test('comes after fifteen turns, the last of them announced', async () => {
    const bench = await claudeBench();
    bench.api.answer = () => says(query);

    const outcome = await bench.converse();

    expect(outcome).toMatchObject({
      kind: 'silent',
      why: 'nonsense',
      sentence: "Claude's answer made no sense (it came to no end in 15 turns), so this is without it.",
      turns: 15,
    });
    expect(bench.api.requests).toHaveLength(15);
    const content = lastOf(bench.api.requests.at(-1));
    expect(content.at(-1)).toMatchObject({ type: 'text', text: expect.stringContaining('last turn') });
    const earlier = JSON.stringify(bench.api.requests.slice(0, 14).map(({ body }) => body));
    expect(earlier).not.toContain('last turn');
  });

  test('a text that reached the limit of one turn is said to be cut', async () => {
    const bench = await claudeBench([{ ...says('It is the dep'), stop: 'max_tokens' }]);

    expect(await bench.converse()).toMatchObject({ kind: 'said', text: 'It is the dep', cut: true });
    expect(bench.api.requests[0]?.body.max_tokens).toBe(8192);
  });

  test('a paused turn goes on, and its text with it', async () => {
    const shown: string[] = [];
    const bench = await claudeBench();
    bench.api.answer = (_, index) => {
      bench.clock.advance(1_000);
      return index === 0 ? { ...says('It is '), stop: 'pause_turn' } : says('the deploy.');
    };

    const outcome = await bench.converse({ onText: (soFar) => shown.push(soFar) });

    expect(outcome).toMatchObject({ kind: 'said', text: 'It is the deploy.', turns: 2 });
    expect(shown).toEqual(['It is ', 'It is the dep']);
  });

  test('a text that was paused for a reading is none of the answer', async () => {
    const bench = await claudeBench([{ ...says('Let me '), stop: 'pause_turn' }, says('look.', query), done]);

    expect(await bench.converse()).toMatchObject({ kind: 'said', text: 'It is the deploy.', turns: 3 });
  });

  test('what may be written in all is bounded', async () => {
    const long = says('x'.repeat(1_000), query);
    const bench = await claudeBench([long, says('y'.repeat(4_000), query), done]);

    const outcome = await bench.converse({ limits: { turnTokens: 1_000, totalTokens: 1_500 } });

    expect(outcome).toMatchObject({
      kind: 'silent',
      why: 'over-budget',
      sentence: 'Claude has written all it may in one conversation (1,500 tokens), so this is without it.',
    });
    expect(bench.api.requests).toHaveLength(2);
    expect(bench.api.requests[0]?.body.max_tokens).toBe(1_000);
  });

  test('what the API would refuse does not go back: blank texts, and a thinking that nobody signed', async () => {
    const unsigned = [
      event('message_start', { message: { usage: { input_tokens: 9, output_tokens: 1 } } }),
      event('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: 'Hm.' } }),
      event('content_block_start', { index: 1, content_block: { type: 'text', text: '\n\n' } }),
      event('content_block_start', { index: 2, content_block: { ...query, id: 'toolu_1' } }),
      event('content_block_delta', {
        index: 2,
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(asked) },
      }),
      event('message_delta', { delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } }),
    ].join('');
    const bench = await claudeBench([{ kind: 'raw', body: unsigned }, done]);

    expect(await bench.converse()).toMatchObject({ kind: 'said', calls: [{ ok: true }] });
    expect(bench.api.requests[1]?.body.messages[1]?.content).toMatchObject([{ type: 'tool_use' }]);
  });

  test('thinking goes back as it was signed', async () => {
    const bench = await claudeBench([
      says({ type: 'thinking', thinking: 'The deploy, surely.' }, query),
      done,
    ]);

    expect(await bench.converse()).toMatchObject({ kind: 'said' });
    expect(bench.api.requests[1]?.body.messages[1]?.content).toMatchObject([
      { type: 'thinking', thinking: 'The deploy, surely.', signature: expect.stringMatching(/^EqQB/) },
      { type: 'tool_use' },
    ]);
  });
});
