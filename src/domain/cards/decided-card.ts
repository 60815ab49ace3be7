// A card that asked for a decision, once it was made: the buttons are gone, and it says who and when.
import type { Approval } from '../approval.ts';
import type { Block, Message } from '../message.ts';
import { namingOwner } from '../named.ts';
import type { Plan } from '../plan.ts';
import { clockTimeWithZone } from '../time.ts';

export interface Decision {
  approval: Pick<Approval, 'state' | 'decidedBy'>;
  plan: Pick<Plan, 'reason' | 'state'>;
  /** What whoever decided is called; null: nobody did. */
  by: string | null;
  at: number;
  zone: string;
}

/** Null: it still waits for somebody. */
export function decidedCard(card: Message, decision: Decision): Message | null {
  const line = decisionLine(decision);
  if (line === null) return null;
  const facts = card.blocks.filter((block) => block.type !== 'buttons' && !isOfDecision(block));
  const decided: Message = {
    ...card,
    blocks: [{ type: 'text', text: line, role: 'decision' }, ...facts],
    ...(card.names ? { names: namesLeft(card.names, card.blocks.filter(isOfDecision)) } : {}),
  };
  return namingOwner(decided, decision.approval.decidedBy, decision.by);
}

function decisionLine({ approval: { state }, plan, by, at, zone }: Decision): string | null {
  const time = clockTimeWithZone(at, zone);
  const { reason } = plan;
  const why = reason ? `: ${reason}` : '';
  switch (state) {
    case 'waiting':
    case 'confirming':
      return null;
    case 'approved':
      return `✅ Approved by ${by ?? 'nobody'} at ${time}${outcome(plan)}`;
    case 'denied':
      // The reason names them as well: "@sarah denied it: not now".
      return `⛔ Denied by ${by ?? 'nobody'} at ${time}${said(reason)}`;
    case 'expired':
      return `⌛ Expired at ${time}${why}`;
    case 'void':
      return `🚫 Void since ${time}${why}`;
    default:
      return state satisfies never;
  }
}

/** What became of it, once that is known: a yes is not yet a change. */
function outcome({ state, reason }: Decision['plan']): string {
  const why = reason ? `: ${reason}` : '';
  switch (state) {
    case 'done':
      return ', and done';
    case 'failed':
      return `, and failed${why}`;
    case 'unknown':
      return `, and nobody knows whether it was done${why}`;
    case 'void':
    case 'denied':
    case 'expired':
    case 'refused':
      return `, and not done${why}`;
    case 'waiting':
    case 'approved':
    case 'executing':
    case 'watching':
      return '';
    default:
      return state satisfies never;
  }
}

/** What they said with their no. */
function said(reason: string | null): string {
  const words = / denied it: (.*)$/s.exec(reason ?? '')?.[1];
  return words ? `: ${words}` : '';
}

function isOfDecision(block: Block): block is Extract<Block, { type: 'text' }> {
  return block.type === 'text' && block.role !== undefined;
}

/** Who took the first of two steps is named in what goes: the mention counts there, and not any more. */
function namesLeft(names: readonly string[], gone: readonly { text: string }[]): string[] {
  const left = [...names];
  for (const name of new Set(names))
    for (const { text } of gone) if (text.includes(` ${name} `)) left.splice(left.indexOf(name), 1);
  return left;
}
