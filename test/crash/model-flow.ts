// A person speaks freely and a model reads it; its API is one of ours on loopback, in the process that may die of it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Assistant } from '../../src/domain/assistant.ts';
import { createAssistant } from '../../src/planners/claude/assistant.ts';
import { createBreaker } from '../../src/planners/claude/breaker.ts';
import { createClaude } from '../../src/planners/claude/claude.ts';
import { PLAYBOOKS } from '../../src/playbooks/all.ts';
import type { TestClock } from '../support/clock.ts';
import { asEvents, type Said } from '../support/messages-api/events.ts';
import { type Flow, minutes, seconds } from './flow.ts';

const SARAH = { kind: 'say', user: '@sarah' } as const;

/** A narrative for the incident, shown while it is written, a plan for what was said, one yes. */
export const SPOKEN: Flow = {
  name: 'spoken freely',
  model: true,
  script: [
    {
      at: 0,
      kind: 'alert',
      alert: {
        title: 'api-prod-01 error rate critical',
        service: 'api-prod-01',
        labels: { metric: 'error_rate' },
      },
    },
    { ...SARAH, at: seconds(60), text: '/ack 1' },
    { ...SARAH, at: seconds(90), text: 'roll back whatever went out on api before this started', toUs: true },
    { ...SARAH, at: seconds(150), text: '/approve' },
  ],
  endsAt: minutes(5),
  says: '🤖 What this looks like',
  effects: ['deploys.rollback'],
};

/** Whoever opens it closes it. */
export async function scriptedModel(
  clock: TestClock,
): Promise<{ assistant: Assistant; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const blocks = answerTo(body);
    // Long enough for it to be shown.
    if (blocks.length > 1) clock.advance(1_500);
    const events = asEvents({
      id: 'msg_of_ours',
      model: 'claude-sonnet-5-5',
      blocks,
      stop: blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
      input: { input_tokens: 100, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.join(''));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const breaker = createBreaker(clock);
  const claude = createClaude({ key: 'sk-ant-of-ours-0123456789', base, clock, breaker });
  const assistant = createAssistant({
    claude,
    breaker,
    playbooks: PLAYBOOKS,
    model: undefined,
    nonce: () => 'n0nce',
  });
  return {
    assistant,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** The same answer to the same question, in whichever life. */
function answerTo(body: string): Said[] {
  const isFirst = !body.includes('tool_result');
  if (!body.includes('"propose_plan"')) {
    const look: Said = { type: 'tool_use', name: 'services_list', id: 'toolu_1', input: {} };
    return isFirst ? [{ type: 'text', text: 'Let me look.' }, look] : [{ type: 'text', text: 'Not known.' }];
  }
  if (isFirst) return [{ type: 'tool_use', name: 'deploys_list', id: 'toolu_1', input: { service: 'api' } }];
  return [
    {
      type: 'tool_use',
      name: 'propose_plan',
      id: 'toolu_2',
      input: {
        command: 'rollback',
        steps: [{ capability: 'deploys.rollback', args: { service: 'api', deploy: '492' } }],
        why: 'It went out before it began.',
      },
    },
  ];
}
