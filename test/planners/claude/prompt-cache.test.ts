import { expect, test } from 'vitest';
import { claudeBench } from '../../support/claude.ts';
import { calls, says } from '../../support/messages-api/server.ts';

const query = calls('metrics_query', { service: 'api', metric: 'error_rate' });
const stable = ['You help people on call.', 'Rules. '.repeat(1_000)];

test('what is stable is the same bytes in every turn and every conversation, and is read from the cache', async () => {
  const bench = await claudeBench();
  bench.api.answer = ({ body }) => (body.messages.length < 5 ? says(query) : says('Done.'));

  const first = await bench.converse({ system: { stable, varying: ['Incident 43.'] } });
  const second = await bench.converse({
    system: { stable, varying: ['Incident 44, another.'] },
    user: 'and now?',
  });

  const prefixes = bench.api.requests.map(({ body }) =>
    JSON.stringify([body.tools, body.system?.slice(0, 2)]),
  );
  expect(bench.api.requests).toHaveLength(6);
  expect(new Set(prefixes).size).toBe(1);
  expect(first.usage.cacheWriteTokens).toBeGreaterThan(1_750);
  // The second conversation writes its own question alone.
  expect(second.usage.cacheWriteTokens).toBeLessThan(400);
  expect(second.usage.cacheReadTokens).toBeGreaterThan(3 * 1_750);
});

test('each turn repeats the one before it byte for byte but for the mark, and pays only for what is new', async () => {
  const bench = await claudeBench();
  bench.api.answer = ({ body }) => (body.messages.length < 7 ? says('Looking.', query) : says('Done.'));

  await bench.converse({ system: { stable } });

  const unmarked = bench.api.requests.map(({ body }) =>
    JSON.stringify([body.tools, body.system, ...body.messages], (name, value: unknown) =>
      name === 'cache_control' ? undefined : value,
    ).slice(0, -1),
  );
  for (const [at, text] of unmarked.entries()) expect(text.startsWith(unmarked[at - 1] ?? '')).toBe(true);
  const marks = bench.api.requests.map(({ raw }) => raw.match(/cache_control/g)?.length);
  expect(marks).toEqual([2, 2, 2, 2]);
  const [, ...later] = bench.ledger.told;
  for (const spending of later) {
    expect(spending.inputTokens).toBe(0);
    expect(spending.cacheReadTokens).toBeGreaterThan(1_750);
    expect(spending.cacheWriteTokens).toBeLessThan(150);
  }
});

test('a single question without tools marks only what is stable', async () => {
  const bench = await claudeBench([says('Hello.')]);

  await bench.converse({ system: { stable }, reads: [], ends: [] });

  expect(bench.api.requests[0]?.body).toMatchObject({
    system: [{}, { cache_control: { type: 'ephemeral' } }],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'what is wrong?' }] }],
  });
  expect(bench.api.requests[0]?.raw.match(/cache_control/g)).toHaveLength(1);
  expect(bench.api.requests[0]?.body.tools).toBeUndefined();
});

test('models from 5 on are told not to think for long, others are not told what they do not know', async () => {
  const bench = await claudeBench([says('a'), says('b'), says('c')]);

  for (const model of ['claude-sonnet-5-5', 'claude-haiku-4-5', 'claude-next'])
    await bench.converse({ model });

  expect(bench.api.requests.map(({ body }) => body.output_config?.effort)).toEqual([
    'medium',
    undefined,
    undefined,
  ]);
});
