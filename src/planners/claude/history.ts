// What a next turn is told of the ones before it.
import type { TurnMessage } from './request.ts';
import { inputOf } from './tools.ts';
import type { TurnBlock } from './turn-reader.ts';

type Content = TurnMessage['content'];

/** For each call, in the order of the calls, what is sent back. */
export interface CallAnswer {
  id: string;
  text: string;
  ok: boolean;
}

const LAST_TURN = 'This is your last turn: answer now, with what you have.';

/** The turn as it goes back. Empty: nothing of it can. */
export function turnContent(blocks: readonly TurnBlock[]): Content {
  return blocks.flatMap((block): Content => {
    switch (block.type) {
      case 'text':
        return block.text.trim() === '' ? [] : [block];
      case 'tool_use':
        return [{ type: 'tool_use', id: block.id, name: block.name, input: inputOf(block) ?? {} }];
      case 'thinking':
        // Unsigned, it is another's, and the API would refuse it.
        return block.signature === '' ? [] : [block];
      case 'redacted_thinking':
        return block.data === '' ? [] : [block];
      default:
        return block satisfies never;
    }
  });
}

export function answersContent(answers: readonly CallAnswer[], isLast: boolean): Content {
  const results = answers.map(({ id, text, ok }) => ({
    type: 'tool_result' as const,
    tool_use_id: id,
    content: text,
    ...(ok ? {} : { is_error: true }),
  }));
  return isLast ? [...results, { type: 'text', text: LAST_TURN }] : results;
}
