import { describe, expect, test } from 'vitest';
import { claudeBench, READING } from '../../support/claude.ts';
import { calls, says } from '../../support/messages-api/server.ts';

const query = calls('metrics_query', { service: 'api', metric: 'error_rate' });

describe('a conversation', () => {
  test('is one answer where no reading is needed', async () => {
    const bench = await claudeBench([says('The deploy of 03:09 broke it. 🔥')]);

    const outcome = await bench.converse();

    expect(outcome).toMatchObject({
      kind: 'said',
      text: 'The deploy of 03:09 broke it. 🔥',
      cut: false,
      ended: null,
      calls: [],
      turns: 1,
    });
    expect(bench.api.requests).toHaveLength(1);
  });

  test('runs the readings that are asked for and gives them back', async () => {
    const bench = await claudeBench([says('Let me look.', query), says('It is the deploy.')]);

    const outcome = await bench.converse();

    expect(outcome).toMatchObject({
      kind: 'said',
      text: 'It is the deploy.',
      turns: 2,
      calls: [
        { tool: 'metrics_query', args: { service: 'api', metric: 'error_rate' }, result: READING, ok: true },
      ],
    });
    expect(bench.api.requests[1]?.body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'text', text: 'Let me look.' }, { type: 'tool_use' }] },
      { role: 'user', content: [{ type: 'tool_result', content: READING }] },
    ]);
  });

  test('ends with the checked arguments of the tool that ends it, and runs no reading of that turn', async () => {
    const plan = { steps: [{ capability: 'services.scale' }] };
    const bench = await claudeBench([says('Here it is.', query, calls('propose_plan', plan))]);

    const outcome = await bench.converse();

    expect(outcome).toMatchObject({
      kind: 'said',
      text: 'Here it is.',
      ended: { tool: 'propose_plan', args: plan },
      calls: [],
    });
    expect(bench.read).toEqual([]);
  });
});
