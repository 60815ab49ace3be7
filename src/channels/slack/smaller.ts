// A message that Slack finds too large or broken in its blocks is surely not posted: it is given in a smaller form, so that
// what it says and asks arrives, if not how it looks.
import type { SlackBlock } from './blocks.ts';
import { type SlackCall, SlackError } from './calls.ts';

const REFUSED = new Set(['msg_blocks_too_long', 'msg_too_long', 'invalid_blocks', 'invalid_blocks_format']);
const WRITES = new Set(['chat.postMessage', 'chat.update', 'chat.postEphemeral']);
/** Of the text that stands in for the blocks. */
const TEXT_MAX = 2000;

export function smallerWhereRefused(call: SlackCall): SlackCall {
  return async (method, args, signal) => {
    const { blocks } = args;
    if (!WRITES.has(method) || !Array.isArray(blocks)) return call(method, args, signal);
    let refused: unknown;
    for (const form of [blocks, buttonsAlone(args.text, blocks), []]) {
      try {
        return await call(method, { ...args, blocks: form }, signal);
      } catch (error) {
        if (!(error instanceof SlackError && REFUSED.has(error.reason ?? ''))) throw error;
        refused = error;
      }
    }
    throw refused;
  };
}

/** `text` is escaped already, and says in words what the buttons do. */
function buttonsAlone(text: unknown, blocks: readonly SlackBlock[]): SlackBlock[] {
  const words = String(text ?? '').slice(0, TEXT_MAX) || '-';
  return [
    { type: 'section', text: { type: 'mrkdwn', text: words, verbatim: true } },
    ...blocks.filter(({ type }) => type === 'actions').slice(-2),
  ];
}
