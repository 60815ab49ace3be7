// The turns of one conversation: asked, readings run and given back, until it says something or its bounds end it.
import type { ModelSpending } from '../../domain/model-budget.ts';
import { createReadingRoom, type ReadingRoom } from './allowance.ts';
import { ask, type TalkParts, WITHHELD } from './ask.ts';
import type { Health } from './breaker.ts';
import { added, nothingSpent } from './budget.ts';
import type { Conversation } from './claude.ts';
import { type Failure, nonsense, type Outcome, sentenceOf, type ToolCall, tooSlow } from './outcome.ts';
import { runReadings } from './readings.ts';
import { buildRequest, keptContent, type TurnMessage } from './request.ts';
import { type CheckedCall, checkCall, inputOf } from './tools.ts';
import { joinedText, type Turn, type TurnBlock } from './turn-reader.ts';

type Content = TurnMessage['content'];

const ONCE_A_MS = 1_000;
/** Less is not worth a request. */
const LEAST_TOKENS = 512;
const NOT_RUN = 'Not run.';
/** For the lines of what was not run. */
const KEPT_BYTES = 1_024;
const LAST_TURN = 'This is your last turn: answer now, with what you have.';
const GO_ON = 'Go on.';
const DEAD: ReadonlySet<string> = new Set(['unreachable', 'slow', 'overloaded', 'key-refused']);

/** Errors: the reason of the conversation's signal. */
export async function talk(
  conversation: Conversation,
  parts: TalkParts,
): Promise<{ outcome: Outcome; health: Health }> {
  const { model, signal, ledger, reads, ends = [] } = conversation;
  const { clock, limits } = parts;
  const giveUpAt = clock.now() + limits.deadlineMs;
  const messages: TurnMessage[] = [{ role: 'user', content: [{ type: 'text', text: conversation.user }] }];
  const calls: ToolCall[] = [];
  const retries = { left: limits.retries };
  const room = createReadingRoom({
    limitBytes: limits.resultBytes - KEPT_BYTES,
    calls: limits.calls + limits.wrongCalls,
  });
  const tell = createTeller(conversation, parts);
  let usage = nothingSpent(model);
  let turns = 0;
  let wrong = 0;
  let tokensLeft = limits.totalTokens;
  /** Of turns that were paused in the middle of a text. */
  let before = '';

  const end = (more: Pick<Outcome & { kind: 'said' }, 'text' | 'cut' | 'ended'>) => ({
    outcome: { kind: 'said' as const, ...more, calls, usage, turns },
    health: 'alive' as const,
  });
  const fail = (failure: Failure, asked = false): { outcome: Outcome; health: Health } => {
    const { why, detail = null } = failure;
    const health = asked && DEAD.has(why) ? 'dead' : turns > 0 || asked ? 'alive' : 'unknown';
    const shown = detail === null ? null : cleanDetail(detail, parts.outgoing);
    return {
      outcome: { kind: 'silent', why, sentence: sentenceOf(failure), detail: shown, calls, usage, turns },
      health,
    };
  };

  while (turns < limits.turns) {
    if (tokensLeft < LEAST_TOKENS) return fail(wroteTooMuch(limits.totalTokens));
    const asked = await ask(
      buildRequest({
        model,
        stable: conversation.system.stable,
        varying: conversation.system.varying ?? [],
        tools: [...reads, ...ends],
        messages,
        maxTokens: Math.min(limits.turnTokens, tokensLeft),
      }),
      {
        ...parts,
        ledger,
        signal,
        giveUpAt,
        retries,
        onText: (soFar) => tell(before + soFar),
        onSpent: (spending: ModelSpending) => {
          usage = added(usage, spending);
        },
      },
    );
    if (!asked.ok) return fail(asked.failure, asked.asked);
    turns += 1;
    tokensLeft -= asked.outputTokens;
    const { turn } = asked;
    if (turn.stop === 'refusal') return fail({ why: 'refused', words: 'Claude declined to answer this' });
    const text = before + joinedText(turn.blocks);
    const checked = checkedCalls(turn, conversation);
    const ended = checked.find((call) => call.kind === 'end');
    const content = contentOf(turn.blocks);
    const kept = (results: readonly unknown[]) =>
      conversation.onTurn?.({
        answer: keptContent(content, parts.outgoing),
        results,
        stop: turn.stop,
        outputTokens: asked.outputTokens,
        ...(asked.sent === null ? {} : { sent: asked.sent }),
      });
    if (ended) {
      await kept([]);
      return end({ text, cut: false, ended: { tool: ended.tool.name, args: ended.args } });
    }
    if (checked.length === 0) await kept([]);
    if (checked.length === 0 && turn.stop === 'pause_turn' && content.length > 0) {
      before = text;
      messages.push({ role: 'assistant', content }, user([{ type: 'text', text: GO_ON }]));
      continue;
    }
    if (checked.length === 0) {
      if (text.trim() === '') return fail(nonsense('it said nothing'));
      const cut = turn.stop === 'max_tokens' || turn.stop === 'model_context_window_exceeded';
      return end({ text, cut, ended: null });
    }
    before = '';
    const { runs, refused } = sortOut(checked, limits.callsAtOnce, limits.calls - calls.length);
    wrong += refused.filter(({ words }) => words !== NOT_RUN).length;
    if (refused.some(({ words }) => words === NOT_RUN)) wrong += 1;
    if (wrong > limits.wrongCalls) return fail(nonsense('it called tools that are not there, or wrongly'));
    const read = await runReadings(runs, { clock, signal, giveUpAt });
    if (read === null) return fail(tooSlow(limits.deadlineMs));
    const results = resultsOf(runs, read, room, parts.outgoing);
    if (results === null) return fail(WITHHELD);
    calls.push(...results.map(({ call }) => call));
    const answers = new Map([
      ...results.map(({ id, call }) => [id, { text: call.result, ok: call.ok }] as const),
      ...refused.map(
        ({ id, words }) => [id, { text: words === NOT_RUN ? words : room.fit(words), ok: false }] as const,
      ),
    ]);
    const back = answered(checked, answers, turns + 1 === limits.turns);
    await kept(back);
    messages.push({ role: 'assistant', content }, user(back));
  }
  return fail(nonsense(`it came to no end in ${limits.turns} turns`));
}

function user(content: Content): TurnMessage {
  return { role: 'user', content };
}

function checkedCalls(turn: Turn, { reads, ends = [] }: Conversation): CheckedCall[] {
  return turn.blocks.flatMap((block) =>
    block.type === 'tool_use' ? [checkCall(block, { reads, ends })] : [],
  );
}

/** The turn as it goes back, so that the next one knows what was asked. */
function contentOf(blocks: readonly TurnBlock[]): Content {
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

function sortOut(checked: readonly CheckedCall[], atOnce: number, left: number) {
  const reads = checked.flatMap((call) => (call.kind === 'read' ? [call] : []));
  const runs = reads.slice(0, Math.max(0, Math.min(atOnce, left)));
  const refused = checked.flatMap((call) => {
    if (call.kind === 'wrong') return [{ id: call.id, words: call.words }];
    return call.kind === 'read' && !runs.includes(call) ? [{ id: call.id, words: NOT_RUN }] : [];
  });
  return { runs, refused };
}

/** Cleaned before they are cut, as half a secret is not known for one. Null: they could not be cleaned. */
function resultsOf(
  runs: readonly { id: string }[],
  read: readonly ToolCall[],
  room: ReadingRoom,
  outgoing: (text: string) => string,
): { id: string; call: ToolCall }[] | null {
  try {
    return read.map((call, at) => {
      const cleaned: unknown = outgoing(call.result.toWellFormed());
      if (typeof cleaned !== 'string') throw new TypeError('no text came back');
      const result = room.fit(cleaned.trim() === '' ? '(nothing)' : cleaned);
      return { id: runs[at]?.id ?? '', call: { ...call, result } };
    });
  } catch {
    return null;
  }
}

function answered(
  checked: readonly CheckedCall[],
  answers: ReadonlyMap<string, { text: string; ok: boolean }>,
  isLast: boolean,
): Content {
  const results = checked.map(({ id }) => {
    const { text, ok } = answers.get(id) ?? { text: NOT_RUN, ok: false };
    return {
      type: 'tool_result' as const,
      tool_use_id: id,
      content: text,
      ...(ok ? {} : { is_error: true }),
    };
  });
  return isLast ? [...results, { type: 'text', text: LAST_TURN }] : results;
}

/** At most once a second by the clock, the first at once. What it throws is its own matter, and the end of it. */
function createTeller({ onText }: Conversation, { clock }: TalkParts): (text: string) => void {
  let tell = onText;
  let lastAt = Number.NEGATIVE_INFINITY;
  return (text) => {
    if (tell === undefined || clock.now() - lastAt < ONCE_A_MS) return;
    lastAt = clock.now();
    try {
      tell(text);
    } catch {
      tell = undefined;
    }
  };
}

function wroteTooMuch(tokens: number): Failure {
  return {
    why: 'over-budget',
    words: `Claude has written all it may in one conversation (${tokens.toLocaleString('en-US')} tokens)`,
  };
}

function cleanDetail(detail: string, outgoing: (text: string) => string): string | null {
  try {
    const cleaned: unknown = outgoing(detail);
    return typeof cleaned === 'string' ? cleaned : null;
  } catch {
    return null;
  }
}
