import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Breaker } from '../../../src/planners/claude/breaker.ts';
import { claudeBench } from '../../support/claude.ts';
import { event } from '../../support/messages-api/events.ts';
import { type ApiReply, calls, fails, says } from '../../support/messages-api/server.ts';

/** Never opens, so that every conversation of a long test is had. */
const patient: Breaker = {
  enter: () => ({ ok: true, done: () => {} }),
  state: () => ({ state: 'closed', failures: 0, retryAt: null }),
};

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    -1,
    1e308,
    '',
    'toolu_1',
    '\ud83d',
    '\u202e\u0000\u001b[2J',
    'x'.repeat(20_000),
    { $ref: '#' },
    [[[[]]]],
  ),
);
const index = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: junk },
);
const id = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('toolu_1', 'toolu_2') },
  { weight: 1, arbitrary: fc.constantFrom('', 'a b', '../../x', 'i'.repeat(100_000)) },
);
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('metrics_query', 'propose_plan') },
  { weight: 1, arbitrary: fc.constantFrom('shell', '__proto__', 'constructor', 'n'.repeat(5_000)) },
  { weight: 1, arbitrary: junk },
);
const args = fc.oneof(
  fc.constantFrom(
    '{"service":"api","metric":"error_rate"}',
    '{"service":"api","metric":',
    '{"__proto__":{"service":"api"},"metric":"x"}',
    '{"steps":[{"capability":"services.scale"}]}',
    '[]',
    'null',
    '',
    `${'['.repeat(30_000)}`,
    `{"service":${'{"a":'.repeat(50)}1${'}'.repeat(50)},"metric":"x"}`,
    '{"service":"\\ud800","metric":"\\u0000"}',
  ),
  fc.json(),
);
const usage = fc.oneof(
  fc.record({
    input_tokens: fc.oneof(fc.nat(5_000), junk),
    output_tokens: fc.oneof(fc.nat(500), junk),
    cache_read_input_tokens: fc.oneof(fc.nat(5_000), junk),
    cache_creation_input_tokens: fc.oneof(fc.nat(5_000), junk),
  }),
  junk,
);
const stop = fc.oneof(
  fc.constantFrom('end_turn', 'tool_use', 'max_tokens', 'refusal', 'pause_turn', 'of_tomorrow'),
  junk,
);

const block = fc.oneof(
  fc.record({ type: fc.constant('text'), text: fc.oneof(fc.string(), junk) }),
  fc.record({ type: fc.constant('tool_use'), id, name, input: junk }),
  fc.record({ type: fc.constant('thinking'), thinking: junk, signature: junk }),
  fc.record({ type: fc.constantFrom('redacted_thinking', 'server_tool_use', 'of_tomorrow'), data: junk }),
  junk,
);
const delta = fc.oneof(
  fc.record({ type: fc.constant('text_delta'), text: fc.oneof(fc.string({ unit: 'binary' }), junk) }),
  fc.record({ type: fc.constant('input_json_delta'), partial_json: fc.oneof(args, junk) }),
  fc.record({
    type: fc.constantFrom('thinking_delta', 'signature_delta', 'x'),
    thinking: junk,
    signature: junk,
  }),
  junk,
);

const hostileEvent = fc.oneof(
  fc.record({ usage }).map((message) => event('message_start', { message })),
  fc.record({ index, content_block: block }).map((fields) => event('content_block_start', fields)),
  fc.record({ index, delta }).map((fields) => event('content_block_delta', fields)),
  fc.record({ index }).map((fields) => event('content_block_stop', fields)),
  fc
    .record({ delta: fc.record({ stop_reason: stop }), usage })
    .map((fields) => event('message_delta', fields)),
  fc.constant(event('message_stop', {})),
  fc.constant(event('ping', {})),
  fc.record({ error: junk }).map((fields) => event('error', fields)),
  fc.constantFrom(
    'data: {"type"\n\n',
    ': a comment\n\n',
    'event: content_block_delta\n\n',
    'data: [DONE]\n\n',
    `data: ${'['.repeat(5_000)}${']'.repeat(5_000)}\n\n`,
    'event: message_start\r\ndata: {"type":"message_start"}\r\r\n',
    '\ufeff\n',
    'HTTP/1.1 200 OK\n\n<html>',
  ),
  fc.string({ unit: 'binary' }),
);

/** A call as it should be, with everything in it that a stream may get wrong. */
const call = fc
  .tuple(id, name, fc.array(args, { maxLength: 2 }), stop)
  .map(([id, name, parts, stop_reason]) =>
    [
      event('message_start', { message: { usage: { input_tokens: 10, output_tokens: 1 } } }),
      event('content_block_start', { index: 0, content_block: { type: 'tool_use', id, name, input: {} } }),
      ...parts.map((partial_json) =>
        event('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json } }),
      ),
      event('message_delta', { delta: { stop_reason }, usage: { output_tokens: 5 } }),
    ].join(''),
  );

/** An answer that comes to its end, with strange things on its way there. */
const answer = fc
  .tuple(fc.array(hostileEvent, { maxLength: 3 }), fc.string({ unit: 'binary' }), stop, usage)
  .map(([strange, text, stop_reason, usage]) =>
    [
      event('message_start', { message: { usage } }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      ...strange.filter((one) => !/message_start|"error"|data: \{"type"\n|DONE|\[\[\[/.test(one)),
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: `It is ${text}` } }),
      event('message_delta', { delta: { stop_reason }, usage }),
    ].join(''),
  );
const body = fc.oneof(
  { weight: 3, arbitrary: call },
  { weight: 3, arbitrary: answer },
  { weight: 2, arbitrary: fc.array(hostileEvent, { maxLength: 12 }).map((events) => events.join('')) },
);
const ending = fc.oneof(
  { weight: 20, arbitrary: fc.record({ kept: fc.constant(1), end: fc.constant('ends' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kept: fc.double({ min: 0, max: 1, noNaN: true }),
      end: fc.constantFrom('ends' as const, 'cuts' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kept: fc.constantFrom(0, 0.5, 1), end: fc.constant('hangs' as const) }),
  },
);
const stream = fc
  .tuple(body, ending)
  .map(([body, { kept, end }]): ApiReply => ({ kind: 'raw', body: body.slice(0, body.length * kept), end }));
const reply: fc.Arbitrary<ApiReply> = fc.oneof(
  { weight: 6, arbitrary: stream },
  {
    weight: 2,
    arbitrary: fc.constantFrom<ApiReply>(
      says(calls('metrics_query', { service: 'api', metric: 'error_rate' })),
      says('Looking.', calls('metrics_query', { service: 'api', metric: 'x' }), calls('shell', {})),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<ApiReply>(
      fails(529),
      fails(500, { 'retry-after': '-1' }),
      fails(429, { 'retry-after': '1e9' }),
      fails(418),
      { kind: 'cuts' },
      { kind: 'raw', status: 500, body: '<html>', headers: { 'content-type': 'text/html' } },
      { kind: 'raw', status: 204, body: '' },
      { kind: 'raw', status: 302, body: '', headers: { location: 'https://example.com/' } },
    ),
  },
);

test('whatever the other side streams, a conversation ends as a value within its bounds, and sends nothing wrong', async () => {
  let turn = 0;
  let script: readonly ApiReply[] = [];
  const bench = await claudeBench([], { breaker: patient });
  bench.api.chunkBytes = 512;
  bench.api.answer = () => {
    const next = script[turn % script.length];
    turn += 1;
    return next ?? fails(500);
  };

  await fc.assert(
    fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 6 }), async (replies) => {
      script = replies;
      turn = 0;
      bench.api.requests.length = 0;
      bench.pauses.length = 0;
      bench.read.length = 0;
      bench.ledger.told.length = 0;
      const streamed: string[] = [];

      const outcome = await bench.converse({
        limits: { stallMs: 25 },
        onText: (soFar) => streamed.push(soFar),
      });

      // A signature that was forged there is refused there.
      expect(bench.api.refused.filter((why) => !why.includes('signature'))).toEqual([]);
      expect(bench.api.requests.length).toBeLessThanOrEqual(15 + 2);
      expect(bench.pauses.length).toBeLessThanOrEqual(2);
      expect(bench.read.length).toBeLessThanOrEqual(30);
      expect(outcome.turns).toBeLessThanOrEqual(15);
      expect(outcome.calls.length).toBe(bench.read.length);
      if (outcome.kind === 'silent') expect(outcome.sentence).toMatch(/^(?:Claude|What Claude).{10,300}\.$/u);
      else expect(outcome.text.length).toBeLessThanOrEqual(2 * 64 * 1024);
      for (const spending of [...bench.ledger.told, outcome.usage])
        for (const [kind, count] of Object.entries(spending))
          if (kind !== 'model' && kind !== 'estimated')
            expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      expect(JSON.stringify([outcome, streamed])).not.toContain(bench.api.key);
    }),
    { seed: 20261128, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 200 },
  );
  await expect.poll(() => bench.api.requests.every(({ done }) => done)).toBe(true);
});
