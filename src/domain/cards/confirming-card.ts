// A card that asked for the first of two steps, once that is taken: it says by whom, what is still missing, and asks for that.
import type { Approval } from '../approval.ts';
import type { Block, Message } from '../message.ts';
import { namingOwner } from '../named.ts';
import type { Plan } from '../plan.ts';
import { clockTimeWithZone } from '../time.ts';
import { decisionButtons } from './plan-card.ts';

export interface FirstStep {
  approval: Pick<Approval, 'id' | 'state' | 'confirmWord' | 'firstBy'>;
  plan: Pick<Plan, 'risk' | 'digest' | 'twoPerson'>;
  /** What whoever took it is called. */
  by: string;
  at: number;
  zone: string;
}

/** Null: it asks for no first step, or that is not taken. */
export function confirmingCard(card: Message, { approval, plan, by, at, zone }: FirstStep): Message | null {
  const { id, state, confirmWord, firstBy } = approval;
  if (state !== 'confirming' || confirmWord === null || !asksFor(card, `/approve ${id}`)) return null;
  const who = plan.twoPerson ? ' by somebody who neither asked nor took the first' : '';
  const text = `Step 1 of 2 by ${by} at ${clockTimeWithZone(at, zone)}: the facts still hold. Nothing runs before the second${who}: /approve ${id} ${confirmWord}`;
  const facts = card.blocks.filter(
    ({ type, ...block }) => type !== 'buttons' && !(type === 'text' && 'role' in block && block.role),
  );
  const blocks: Block[] = [
    { type: 'text', text, role: 'question' },
    ...facts,
    decisionButtons(plan, id, confirmWord),
  ];
  return namingOwner({ ...card, blocks }, firstBy, by);
}

/** The card of the second step has the name of what changes in its button. */
function asksFor({ blocks }: Message, line: string): boolean {
  return blocks.some(
    (block) => block.type === 'buttons' && block.buttons.some(({ command }) => command === line),
  );
}
