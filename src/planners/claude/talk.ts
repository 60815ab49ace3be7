// The turns of one conversation: asked, readings run and given back, until it says something or its bounds end it.
import type { ModelSpending } from '../../domain/model-budget.ts';
import { createReadingRoom, type ReadingRoom } from './allowance.ts';
import { ask, type TalkParts, WITHHELD } from './ask.ts';
import type { Health } from './breaker.ts';
import { added, nothingSpent } from './budget.ts';
import type { Conversation } from './claude.ts';
import { answersContent, type CallAnswer, turnContent } from './history.ts';
import { type Failure, nonsense, type Outcome, type ToolCall, toldOf, tooSlow } from './outcome.ts';
import { runReadings } from './readings.ts';
import { buildRequest, keptContent, type ModelRequest, type TurnMessage } from './request.ts';
import { type CheckedCall, checkCall } from './tools.ts';
import { joinedText, type Turn } from './turn-reader.ts';

export interface Talked {
  outcome: Outcome;
  health: Health;
}

/** A conversation under way. */
interface Talk {
  conversation: Conversation;
  parts: TalkParts;
  /** By the clock. */
  giveUpAt: number;
  messages: TurnMessage[];
  calls: ToolCall[];
  usage: ModelSpending;
  turns: number;
  retries: { left: number };
  /** Calls that could not be done. */
  wrong: number;
  /** That it may still write. */
  tokensLeft: number;
  /** Text of turns that were paused in its middle. */
  before: string;
  room: ReadingRoom;
  tell(text: string): void;
}

const ONCE_A_MS = 1_000;
/** Less is not worth a request. */
const LEAST_TOKENS = 512;
const NOT_RUN = 'Not run.';
/** Of the readings' room, for the lines of what was not run. */
const KEPT_BYTES = 1_024;
const DEAD: ReadonlySet<string> = new Set(['unreachable', 'slow', 'overloaded', 'key-refused']);

/** Errors: the reason of the conversation's signal. */
export async function talk(conversation: Conversation, parts: TalkParts): Promise<Talked> {
  const { limits, clock } = parts;
  const talk: Talk = {
    conversation,
    parts,
    giveUpAt: clock.now() + limits.deadlineMs,
    messages: [{ role: 'user', content: [{ type: 'text', text: conversation.user }] }],
    calls: [],
    usage: nothingSpent(conversation.model),
    turns: 0,
    retries: { left: limits.retries },
    wrong: 0,
    tokensLeft: limits.totalTokens,
    before: '',
    room: createReadingRoom({
      limitBytes: limits.resultBytes - KEPT_BYTES,
      calls: limits.calls + limits.wrongCalls,
    }),
    tell: createTeller(conversation, parts),
  };
  while (talk.turns < limits.turns) {
    const end = await takeTurn(talk);
    if (end) return end;
  }
  return silent(talk, nonsense(`it came to no end in ${limits.turns} turns`));
}

/** Null: another turn follows. */
async function takeTurn(talk: Talk): Promise<Talked | null> {
  const { conversation, parts } = talk;
  if (talk.tokensLeft < LEAST_TOKENS) return silent(talk, wroteTooMuch(parts.limits.totalTokens));
  const asked = await ask(nextRequest(talk), {
    ...parts,
    ledger: conversation.ledger,
    signal: conversation.signal,
    giveUpAt: talk.giveUpAt,
    retries: talk.retries,
    onText: (soFar) => talk.tell(talk.before + soFar),
    onSpent: (spending) => {
      talk.usage = added(talk.usage, spending);
    },
  });
  if (!asked.ok) return silent(talk, asked.failure, asked.asked);
  const { turn } = asked;
  talk.turns += 1;
  talk.tokensLeft -= asked.outputTokens;
  if (turn.stop === 'refusal')
    return silent(talk, { why: 'refused', words: 'Claude declined to answer this' });
  const text = talk.before + joinedText(turn.blocks);
  const calls = checkedCalls(turn, conversation);
  const end = calls.find((call) => call.kind === 'end');
  const content = turnContent(turn.blocks);
  if (calls.length > 0 && end === undefined) {
    talk.before = '';
    const failure = await answerCalls(talk, content, calls, asked);
    return failure ? silent(talk, failure) : null;
  }
  await keep(talk, content, [], asked);
  if (end) return said(talk, { text, cut: false, ended: { tool: end.tool.name, args: end.args } });
  if (text.trim() === '') return silent(talk, nonsense('it said nothing'));
  if (turn.stop === 'pause_turn') {
    talk.before = text;
    if (content.length > 0)
      talk.messages.push({ role: 'assistant', content }, user([{ type: 'text', text: 'Go on.' }]));
    return null;
  }
  const cut = turn.stop === 'max_tokens' || turn.stop === 'model_context_window_exceeded';
  return said(talk, { text, cut, ended: null });
}

function nextRequest({ conversation, parts, messages, tokensLeft }: Talk): ModelRequest {
  const { model, system, reads, ends = [] } = conversation;
  return buildRequest({
    model,
    stable: system.stable,
    varying: system.varying ?? [],
    tools: [...reads, ...ends],
    messages,
    maxTokens: Math.min(parts.limits.turnTokens, tokensLeft),
  });
}

type Answered = Extract<Awaited<ReturnType<typeof ask>>, { ok: true }>;

/** For the record: what was answered, and what goes back. */
async function keep(
  { conversation, parts }: Talk,
  content: TurnMessage['content'],
  results: readonly unknown[],
  { turn, outputTokens, sent }: Answered,
): Promise<void> {
  const answer = keptContent(content, parts.outgoing);
  const name = sent === null ? {} : { sent };
  await conversation.onTurn?.({ answer, results, stop: turn.stop, outputTokens, ...name });
}

/** Runs what may be run, and answers every call of the turn: the API wants a result for each. */
async function answerCalls(
  talk: Talk,
  content: TurnMessage['content'],
  checked: readonly CheckedCall[],
  asked: Answered,
): Promise<Failure | null> {
  const { parts, conversation } = talk;
  const { limits } = parts;
  const reads = checked.flatMap((call) => (call.kind === 'read' ? [call] : []));
  const runs = reads.slice(0, Math.max(0, Math.min(limits.callsAtOnce, limits.calls - talk.calls.length)));
  // Too many at once are one mistake, however many they are.
  talk.wrong += checked.filter(({ kind }) => kind === 'wrong').length + (runs.length < reads.length ? 1 : 0);
  if (talk.wrong > limits.wrongCalls) return nonsense('it called tools that are not there, or wrongly');
  const { clock } = parts;
  const read = await runReadings(runs, { clock, signal: conversation.signal, giveUpAt: talk.giveUpAt });
  if (read === null) return tooSlow(limits.deadlineMs);
  const fitted = fittedResults(read, talk.room, parts.outgoing);
  if (fitted === null) return WITHHELD;
  talk.calls.push(...fitted);
  const answers = checked.map((call): CallAnswer => {
    if (call.kind === 'wrong') return { id: call.id, text: talk.room.fit(call.words), ok: false };
    const result = call.kind === 'read' ? fitted[runs.indexOf(call)] : undefined;
    return { id: call.id, text: result?.result ?? NOT_RUN, ok: result?.ok ?? false };
  });
  const results = answersContent(answers, talk.turns + 1 === limits.turns);
  await keep(talk, content, results, asked);
  talk.messages.push({ role: 'assistant', content }, user(results));
  return null;
}

/** Cleaned before they are cut, as half a secret is not known for one. Null: they could not be cleaned. */
function fittedResults(
  read: readonly ToolCall[],
  room: ReadingRoom,
  outgoing: (text: string) => string,
): ToolCall[] | null {
  try {
    return read.map((call) => {
      const cleaned: unknown = outgoing(call.result.toWellFormed());
      if (typeof cleaned !== 'string') throw new TypeError('no text came back');
      return { ...call, result: room.fit(cleaned.trim() === '' ? '(nothing)' : cleaned) };
    });
  } catch {
    return null;
  }
}

function checkedCalls(turn: Turn, { reads, ends = [] }: Conversation): CheckedCall[] {
  return turn.blocks.flatMap((block) =>
    block.type === 'tool_use' ? [checkCall(block, { reads, ends })] : [],
  );
}

function said(
  { calls, usage, turns }: Talk,
  what: Pick<Outcome & { kind: 'said' }, 'text' | 'cut' | 'ended'>,
): Talked {
  return { outcome: { kind: 'said', ...what, calls, usage, turns }, health: 'alive' };
}

function silent({ calls, usage, turns, parts }: Talk, failure: Failure, asked = false): Talked {
  const detail = cleanedDetail(failure.detail ?? null, parts.outgoing);
  const { why } = failure;
  return {
    outcome: { kind: 'silent', why, ...toldOf(failure), detail, calls, usage, turns },
    health: asked && DEAD.has(why) ? 'dead' : turns > 0 || asked ? 'alive' : 'unknown',
  };
}

function cleanedDetail(detail: string | null, outgoing: (text: string) => string): string | null {
  if (detail === null) return null;
  try {
    const cleaned: unknown = outgoing(detail);
    return typeof cleaned === 'string' ? cleaned : null;
  } catch {
    return null;
  }
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

function user(content: TurnMessage['content']): TurnMessage {
  return { role: 'user', content };
}
