// What our own Messages API says to somebody who tries the product by hand. No model: a few rules that read the request, call one
// reading, and say something that is partly true, so that a person sees what is struck.
import type { ApiReply, ApiRequest } from '../support/messages-api/server.ts';
import { calls, fails, says } from '../support/messages-api/server.ts';
import type { RequestBody } from '../support/messages-api/validate.ts';

export const MODES = {
  ok: 'answers at once',
  drip: 'answers, and writes slowly: 8 s',
  slow: 'answers after 30 s',
  429: 'too many requests, at every try',
  529: 'overloaded, at every try',
  401: 'refuses the key',
  hang: 'takes the request and never answers',
  nonsense: 'answers 200 with a page of HTML',
  cut: 'closes the connection in the middle of an answer',
  broken: 'calls a tool with arguments that are no JSON',
} as const;
export type Mode = keyof typeof MODES;

const SLOW_MS = 30_000;

export async function replyIn(mode: Mode, { body }: ApiRequest): Promise<ApiReply> {
  switch (String(mode)) {
    case 'slow':
      await new Promise((over) => setTimeout(over, SLOW_MS));
      return thoughtOf(body);
    case '429':
    case '529':
    case '401':
      return fails(Number(mode));
    case 'hang':
      return { kind: 'hangs' };
    case 'nonsense':
      return { kind: 'raw', body: '<html><body>It works!</body></html>' };
    case 'cut':
      return { ...says(wordsOf(body)), trouble: { after: 6, does: 'cuts in the middle of an event' } };
    case 'broken':
      return says({ type: 'tool_use', name: 'metrics_query', json: '{"service": "shop", "met' });
    default:
      return thoughtOf(body);
  }
}

function thoughtOf(body: RequestBody): ApiReply {
  const asked = askedOf(body);
  const task = JSON.stringify(body.system ?? '');
  if (task.includes('typed steps')) return compiled(asked);
  const read = resultsOf(body);
  const proposing = (body.tools ?? []).find(({ name }) => name === 'propose_plan');
  const properties = proposing?.input_schema.properties as { command?: { enum?: string[] } } | undefined;
  const offered = properties?.command?.enum ?? [];
  const service = /\b(shop-db|shop-cache|shop|api)\b/.exec(asked)?.[1] ?? 'shop';
  if (read === '') return says(calls(readingFor(asked), { service }));
  const wished = offered.length > 0 ? wishOf(asked, service, read) : null;
  if (wished === null) return says(wordsOf(body));
  const command = offered.includes(wished.command) ? wished.command : offered[0];
  return says(calls('propose_plan', { ...wished, command }));
}

function readingFor(asked: string): string {
  if (/\blogs?\b.*say/i.test(asked)) return 'logs_search';
  return /roll|deploy|changed/i.test(asked) ? 'deploys_list' : 'metrics_query';
}

/** Of prose that our rules do not read. */
function compiled(asked: string): ApiReply {
  if (/restart|bounce|kick/i.test(asked))
    return says(
      calls('steps', {
        steps: [{ capability: 'services.restart', args: { service: '$service', mode: 'rolling' } }],
      }),
    );
  if (/docker|image|container/i.test(asked))
    return says(calls('steps', { steps: [{ capability: 'disk.prune-docker', args: {} }] }));
  return says(calls('cannot', { why: 'none of it is a step that I was given' }));
}

function wishOf(asked: string, service: string, read: string) {
  const why = 'The deploy came shortly before it began.';
  const deploy = /#(\d+)/.exec(read)?.[1];
  if (/roll|revert|undo/i.test(asked) && deploy !== undefined)
    return {
      command: 'rollback',
      steps: [{ capability: 'deploys.rollback', args: { service, deploy } }],
      why,
    };
  const count = /(?:scale|add|more)\D*(\d+)/i.exec(asked)?.[1];
  if (count !== undefined)
    return {
      command: 'scale',
      steps: [{ capability: 'services.scale', args: { service, count: Number(count) } }],
      why,
    };
  if (/restart|bounce/i.test(asked))
    return {
      command: 'restart',
      steps: [{ capability: 'services.restart', args: { service, mode: 'rolling' } }],
      why,
    };
  return null;
}

function wordsOf(body: RequestBody): string {
  const read = resultsOf(body) || askedOf(body);
  const number = /\d+(?:\.\d+)? ?%/.exec(read)?.[0] ?? 'not known';
  const task = JSON.stringify(body.system ?? '');
  if (task.includes('An incident is over'))
    return `A deploy went wrong and was taken back.\nFix: alert on the hit rate of the cache before users notice.\nFix: review changes of settings by two people.\nIt cost 4711 orders.`;
  return `It stands at ${number}.\nThe newest deploy is the first thing to look at.\nAbout 4711 customers are affected.`;
}

/** The person's words: the last thing said by the user that is no result of a tool. */
function askedOf({ messages }: RequestBody): string {
  const [first] = messages;
  const content = first?.content ?? '';
  return typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join('\n');
}

function resultsOf({ messages }: RequestBody): string {
  return messages
    .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
    .flatMap(({ type, content }) => (type === 'tool_result' ? [String(content)] : []))
    .join('\n');
}
