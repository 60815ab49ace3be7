// Says again what a model said once, in the place of the SDK: the events of each answer, from its record.
import type { Turn } from '../../domain/assistant.ts';
import type { Client } from './client.ts';
import type { ModelRequest } from './request.ts';
import { NO_OBJECT, TOO_LONG } from './tools.ts';

/** More than is read of the arguments of one call. */
const MORE_THAN_READ = 64 * 1024 + 1;

type Fields = Record<string, unknown>;

/** `asked`: gets each request. `ended`: called where more is asked than was answered then; what it throws ends it. */
export function recordedClient(
  turns: readonly Turn[],
  { asked, ended }: { asked(request: ModelRequest): void; ended(): never },
): Client {
  let at = 0;
  return {
    async events(request) {
      asked(request);
      const turn = turns[at] ?? ended();
      at += 1;
      return eventsOf(turn);
    },
  };
}

async function* eventsOf(turn: Turn): AsyncGenerator<unknown> {
  yield { type: 'message_start', message: { usage: { input_tokens: 0 } } };
  for (const [index, block] of listOf(turn.answer).entries()) {
    const [start, delta] = partsOf(block, turn);
    yield { type: 'content_block_start', index, content_block: start };
    if (delta) yield { type: 'content_block_delta', index, delta };
  }
  yield {
    type: 'message_delta',
    delta: { stop_reason: turn.stop ?? 'end_turn' },
    usage: { output_tokens: turn.outputTokens ?? 0 },
  };
}

function partsOf(block: Fields, turn: Turn): [start: Fields, delta?: Fields] {
  if (block.type !== 'tool_use') return [block];
  return [
    { ...block, input: {} },
    { type: 'input_json_delta', partial_json: argumentsOf(block, turn) },
  ];
}

/** Arguments that could not be read are not kept, only that they could not. */
function argumentsOf({ id, input }: Fields, { results }: Turn): string {
  const said = listOf(results).find(({ tool_use_id }) => tool_use_id === id)?.content;
  if (said === TOO_LONG) return ' '.repeat(MORE_THAN_READ);
  return said === NO_OBJECT ? '[' : JSON.stringify(input ?? {});
}

export function listOf(value: unknown): Fields[] {
  return Array.isArray(value)
    ? value.filter((one): one is Fields => typeof one === 'object' && one !== null)
    : [];
}
