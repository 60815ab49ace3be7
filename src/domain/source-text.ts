// Changed lines of a program: shown to people on the card of a plan, and passed on to a model or a file only where the operator
// lets them. Pure.
import type { KeptRead } from './assistant.ts';
import { type Message, plainText } from './message.ts';
import type { Note } from './plan.ts';

export const NOT_PASSED_ON = '(changed lines are not passed on: see --source-text of the agent)';

/** The message without them, a line in their place. */
export function withoutSource<M extends Pick<Message, 'blocks'>>(message: M): M {
  return {
    ...message,
    blocks: message.blocks.map((block) =>
      block.type === 'code' && block.source ? { ...block, text: NOT_PASSED_ON } : block,
    ),
  };
}

/** They alone; empty: there are none. */
export function sourceOf(message: Message): string {
  const blocks = message.blocks.filter((block) => block.type === 'code' && block.source);
  return plainText({ title: '', tone: 'neutral', blocks });
}

export function withoutSourceNotes<N extends Pick<Note, 'code'>>(notes: readonly N[]): N[] {
  return notes.filter(({ code }) => !code);
}

/** What a playbook read to make a plan, without the text of what differs. */
export function withoutPatches(reads: readonly KeptRead[]): KeptRead[] {
  return reads.map((read) => {
    if (read.capability !== 'deploys.compare' || !Array.isArray(read.answers)) return read;
    return { ...read, answers: read.answers.map(withoutPatchesOf) };
  });
}

function withoutPatchesOf(answer: unknown): unknown {
  if (!isFields(answer) || !isFields(answer.result)) return answer;
  const { patches: _, ...result } = answer.result;
  return { ...answer, result };
}

/** A `Reply`, without the lines on the card of its plan. */
export function replyWithoutSource(reply: unknown): unknown {
  if (!isFields(reply) || !isFields(reply.proposal) || !Array.isArray(reply.proposal.notes)) return reply;
  const { proposal } = reply;
  return { ...reply, proposal: { ...proposal, notes: withoutSourceNotes(reply.proposal.notes) } };
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
