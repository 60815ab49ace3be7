import { describe, expect, test } from 'vitest';
import { claudeBench, openLedger } from '../../support/claude.ts';
import { calls, fails, says } from '../../support/messages-api/server.ts';

const query = calls('metrics_query', { service: 'api', metric: 'error_rate' });
const text = says('It is the deploy of 03:09, so undo it.');

describe('the ledger', () => {
  test('is asked before each request and told after each answer, with what the API said', async () => {
    const bench = await claudeBench([says(query), text]);

    const outcome = await bench.converse();

    expect(bench.ledger.asked).toBe(2);
    expect(bench.ledger.told).toMatchObject([
      { model: 'claude-sonnet-5-5', estimated: false },
      { model: 'claude-sonnet-5-5', estimated: false },
    ]);
    const [one, two] = bench.ledger.told;
    expect(one?.inputTokens).toBeGreaterThan(50);
    expect(one?.microDollars).toBe(Number(one?.inputTokens) * 2 + Number(one?.outputTokens) * 10);
    expect(outcome.usage).toEqual({
      model: 'claude-sonnet-5-5',
      inputTokens: Number(one?.inputTokens) + Number(two?.inputTokens),
      outputTokens: Number(one?.outputTokens) + Number(two?.outputTokens),
      cacheWriteTokens: 0,
      cacheReadTokens: 0,
      microDollars: Number(one?.microDollars) + Number(two?.microDollars),
      estimated: false,
    });
  });

  test('that has no room ends it before anything is sent, in its own words', async () => {
    const bench = await claudeBench([text]);

    const outcome = await bench.converse({
      ledger: {
        ...openLedger(),
        room: async () => ({ ok: false, sentence: 'Today has used what Claude may cost in a day.' }),
      },
    });

    expect(outcome).toMatchObject({
      kind: 'silent',
      why: 'over-budget',
      sentence: 'Today has used what Claude may cost in a day. So this is without Claude.',
    });
    expect(bench.api.requests).toEqual([]);
    expect(bench.breaker.state()).toEqual({ state: 'closed', failures: 0, retryAt: null });
  });

  test('that has no more room ends it between two turns', async () => {
    const bench = await claudeBench([says(query), text]);
    const { ledger } = bench;

    const outcome = await bench.converse({
      ledger: {
        ...ledger,
        room: async () => (ledger.told.length === 0 ? { ok: true } : { ok: false, sentence: 'Enough.' }),
      },
    });

    expect(outcome).toMatchObject({ kind: 'silent', why: 'over-budget', turns: 1, calls: [{ ok: true }] });
    expect(bench.api.requests).toHaveLength(1);
  });

  test('that cannot be read or written ends it: what is not counted is not spent', async () => {
    const broken = async () => {
      throw new Error('disk is full');
    };
    const bench = await claudeBench([text, text, text]);

    const unread = await bench.converse({ ledger: { ...openLedger(), room: broken } });
    const unwritten = await bench.converse({ ledger: { ...openLedger(), spent: broken } });

    expect(unread).toMatchObject({ kind: 'silent', why: 'over-budget' });
    expect(unwritten).toMatchObject({ kind: 'silent', why: 'over-budget' });
    expect(bench.api.requests).toHaveLength(1);
  });

  test('is told of a cut answer what was said of it so far, marked', async () => {
    const bench = await claudeBench([{ ...text, trouble: { after: 6, does: 'cuts' } }, text]);

    await bench.converse();

    const [cut, whole] = bench.ledger.told;
    expect(cut).toMatchObject({ estimated: true, inputTokens: whole?.inputTokens });
    // Three pieces of seven letters, three bytes each token.
    expect(cut?.outputTokens).toBe(7);
  });

  test('is told a guess from the bytes that went out where nothing was said, marked', async () => {
    const bench = await claudeBench([{ kind: 'cuts' }, text]);

    await bench.converse();

    const [cut, whole] = bench.ledger.told;
    const bytes = Buffer.byteLength(bench.api.requests[0]?.raw ?? '');
    expect(cut).toMatchObject({ estimated: true, inputTokens: Math.ceil(bytes / 3), outputTokens: 0 });
    expect(cut?.inputTokens).toBeGreaterThan(Number(whole?.inputTokens));
  });

  test('is told nothing of what was refused', async () => {
    const bench = await claudeBench([fails(529), fails(500), fails(429)]);

    await bench.converse();

    expect(bench.ledger.asked).toBe(3);
    expect(bench.ledger.told).toEqual([]);
  });

  test.each([
    ['negative', '{"input_tokens":-5,"output_tokens":-1e9}'],
    ['no numbers', '{"input_tokens":"many","output_tokens":null}'],
    ['not there', 'null'],
  ])('does not believe counts that are %s', async (_, usage) => {
    const event = (type: string, more: string) => `event: ${type}\ndata: {"type":"${type}"${more}}\n\n`;
    const body = [
      event('message_start', `,"message":{"usage":${usage}}`),
      event('content_block_start', ',"index":0,"content_block":{"type":"text","text":"Hello there."}'),
      event('message_delta', `,"delta":{"stop_reason":"end_turn"},"usage":${usage}`),
    ].join('');
    const bench = await claudeBench([{ kind: 'raw', body }]);

    expect(await bench.converse()).toMatchObject({ kind: 'said', text: 'Hello there.' });
    expect(bench.ledger.told).toMatchObject([{ estimated: true, outputTokens: 4 }]);
    expect(bench.ledger.told[0]?.inputTokens).toBeGreaterThan(100);
  });
});
