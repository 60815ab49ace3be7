import { describe, expect, test } from 'vitest';
import { claudeBench } from '../../support/claude.ts';
import { freePort } from '../../support/free-port.ts';
import { type ApiReply, calls, fails, says } from '../../support/messages-api/server.ts';

const text = says('It is the deploy of 03:09, so undo it.');

describe('tried again, with a pause', () => {
  const passing: [string, ApiReply][] = [
    ['429', fails(429)],
    ['500', fails(500)],
    ['502', fails(502)],
    ['503', fails(503)],
    ['529', fails(529)],
    ['a closed connection', { kind: 'cuts' }],
    ['a cut stream', { ...text, trouble: { after: 5, does: 'cuts' } }],
    [
      'a stream cut within an event',
      { ...text, trouble: { after: 5, does: 'cuts in the middle of an event' } },
    ],
    ['a stream that ends before its end', { ...text, trouble: { after: 5, does: 'ends' } }],
    ['overload in the middle of a stream', { ...text, error: { after: 5, type: 'overloaded_error' } }],
    ['an error of theirs in the middle of a stream', { ...text, error: { after: 5, type: 'api_error' } }],
  ];
  test.each(passing)('%s', async (_, reply) => {
    const bench = await claudeBench([reply, reply, text]);

    const outcome = await bench.converse();

    expect(outcome).toMatchObject({ kind: 'said', text: 'It is the deploy of 03:09, so undo it.' });
    expect(bench.pauses).toEqual([500, 1000]);
    expect(bench.api.requests).toHaveLength(3);
  });

  test('for as long as the API asks, where that fits the deadline', async () => {
    const bench = await claudeBench([fails(429, { 'retry-after': '7' }), text]);

    expect(await bench.converse()).toMatchObject({ kind: 'said' });
    expect(bench.pauses).toEqual([7000]);
  });

  test('two times in all its turns, not in each', async () => {
    const query = says(calls('metrics_query', { service: 'api', metric: 'error_rate' }));
    const bench = await claudeBench([fails(529), query, fails(529), query, fails(529), text]);

    expect(await bench.converse()).toMatchObject({ kind: 'silent', why: 'overloaded', turns: 2 });
    expect(bench.api.requests).toHaveLength(5);
  });

  test('the text of a new try takes the place of what was streamed', async () => {
    const streamed: string[] = [];
    const bench = await claudeBench(
      [{ ...text, trouble: { after: 5, does: 'cuts' } }, says('Roll it back.')],
      { random: () => 1 },
    );

    const outcome = await bench.converse({ onText: (soFar) => streamed.push(soFar) });

    expect(outcome).toMatchObject({ text: 'Roll it back.' });
    expect(streamed).toEqual(['It is t', expect.stringMatching(/^Roll it/)]);
  });
});

describe('not tried again', () => {
  const ending: [string, ApiReply, object][] = [
    [
      '401',
      fails(401),
      {
        why: 'key-refused',
        sentence: 'Claude refuses its key (401), so this is without it: look at ANTHROPIC_API_KEY.',
      },
    ],
    ['402', fails(402), { why: 'key-refused' }],
    ['403', fails(403), { why: 'key-refused' }],
    [
      '404',
      fails(404),
      { why: 'refused', sentence: expect.stringContaining('knows no such model or address (404)') },
    ],
    [
      '400',
      fails(400),
      {
        why: 'refused',
        sentence: "Claude's API does not take this request (400), so this is without it.",
        detail: expect.stringContaining('invalid request error'),
      },
    ],
    ['a redirect', fails(307, { location: 'http://127.0.0.1:9/' }), { why: 'unreachable' }],
    ['504', fails(504), { why: 'overloaded' }],
    ['429 that forbids it', fails(429, { 'x-should-retry': 'false' }), { why: 'overloaded' }],
    [
      'a wait that is longer than the deadline',
      fails(429, { 'retry-after': '61' }),
      {
        why: 'overloaded',
        sentence:
          'Claude has had too many requests (429) and asks to be left alone for 61 s, so this is without it.',
      },
    ],
    [
      'a refused key in the middle of a stream',
      { ...text, error: { after: 3, type: 'authentication_error' } },
      { why: 'key-refused' },
    ],
    [
      'a refusal of the model',
      { ...says('I cannot'), stop: 'refusal' },
      { why: 'refused', sentence: 'Claude declined to answer this, so this is without it.' },
    ],
    ['an empty answer', says(), { why: 'nonsense' }],
    [
      'events that are no JSON',
      { kind: 'raw', body: 'event: message_start\ndata: {"type":\n\n' },
      { why: 'nonsense' },
    ],
    [
      'an answer that begins twice',
      { kind: 'raw', body: `${'event: message_start\ndata: {"type":"message_start"}\n\n'.repeat(2)}` },
      { why: 'nonsense' },
    ],
    [
      'an answer without an end',
      { kind: 'raw', body: Buffer.alloc(5 * 1024 * 1024, 'x') },
      { why: 'nonsense' },
    ],
  ];
  test.each(ending)('%s', async (_, reply, expected) => {
    const bench = await claudeBench([reply, text]);
    bench.api.chunkBytes = 64 * 1024;

    const outcome = await bench.converse();

    expect(outcome).toMatchObject({ kind: 'silent', ...expected });
    expect(bench.api.requests).toHaveLength(1);
    expect(bench.pauses).toEqual([]);
  });

  test('a third failure', async () => {
    const bench = await claudeBench([fails(529), fails(529), fails(529), text]);

    expect(await bench.converse()).toMatchObject({
      kind: 'silent',
      why: 'overloaded',
      sentence: 'Claude is overloaded (529), so this is without it.',
    });
  });

  test('nobody there at all', async () => {
    const bench = await claudeBench([], { base: `http://127.0.0.1:${await freePort()}` });

    expect(await bench.converse()).toMatchObject({
      kind: 'silent',
      why: 'unreachable',
      sentence: 'Claude cannot be reached: nothing listens there, so this is without it.',
    });
    expect(bench.pauses).toHaveLength(2);
    expect(bench.ledger.told).toEqual([]);
  });
});

describe('time', () => {
  test('a request that is never answered ends after the stall', async () => {
    const bench = await claudeBench([{ kind: 'hangs' }, text]);

    const outcome = await bench.converse({ limits: { stallMs: 250 } });

    expect(outcome).toMatchObject({
      kind: 'silent',
      why: 'slow',
      sentence: 'Claude fell silent for 250 ms, so this is without it.',
    });
    expect(bench.api.requests).toHaveLength(1);
    expect(bench.pauses).toEqual([]);
  });

  test('so does a stream that stops in its middle', async () => {
    const bench = await claudeBench([{ ...text, trouble: { after: 6, does: 'hangs' } }]);

    expect(await bench.converse({ limits: { stallMs: 40 } })).toMatchObject({ kind: 'silent', why: 'slow' });
    expect(bench.ledger.told).toMatchObject([{ estimated: true }]);
  });

  test('the deadline is that of the whole', async () => {
    const bench = await claudeBench([{ kind: 'hangs' }]);

    expect(await bench.converse({ limits: { deadlineMs: 40 } })).toMatchObject({
      kind: 'silent',
      why: 'slow',
      sentence: 'Claude did not answer within 40 ms, so this is without it.',
    });
  });

  test('by the clock, no turn begins after it', async () => {
    const bench = await claudeBench();
    bench.api.answer = () => {
      bench.clock.advance(25_000);
      return says(calls('metrics_query', { service: 'api', metric: 'error_rate' }));
    };

    expect(await bench.converse()).toMatchObject({
      kind: 'silent',
      why: 'slow',
      sentence: 'Claude did not answer within 60 s, so this is without it.',
      turns: 3,
    });
    expect(bench.api.requests).toHaveLength(3);
    expect(bench.ledger.asked).toBe(3);
  });
});

describe('hanging up', () => {
  test('closes the connection in the middle of a stream, and is the one thing that throws', async () => {
    const bench = await claudeBench([{ ...text, trouble: { after: 8, does: 'hangs' } }]);
    const controller = new AbortController();

    const running = bench.converse({
      signal: controller.signal,
      onText: () => controller.abort(new Error('the daemon stops')),
    });

    await expect(running).rejects.toThrow('the daemon stops');
    await expect.poll(() => bench.api.requests[0]?.closedEarly).toBe(true);
    expect(bench.ledger.told).toMatchObject([{ estimated: true }]);
    expect(bench.breaker.state()).toMatchObject({ state: 'closed', failures: 0 });
  });

  test('before anything was sent', async () => {
    const bench = await claudeBench([text]);

    await expect(bench.converse({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow(
      'stopped',
    );
    expect(bench.api.requests).toEqual([]);
  });

  test('during a pause', async () => {
    const controller = new AbortController();
    const bench = await claudeBench([fails(529), text], {
      wait: async () => {
        controller.abort(new Error('stopped'));
        throw new Error('aborted');
      },
    });

    await expect(bench.converse({ signal: controller.signal })).rejects.toThrow('stopped');
    expect(bench.api.requests).toHaveLength(1);
  });
});
