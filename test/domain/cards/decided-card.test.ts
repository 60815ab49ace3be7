// What a card says of a yes is what became of it.
import { expect, test } from 'vitest';
import { decidedCard } from '../../../src/domain/cards/decided-card.ts';
import { message } from '../../../src/domain/message.ts';
import type { PlanState } from '../../../src/domain/plan.ts';

const card = message('Plan #1', { blocks: [{ type: 'buttons', buttons: [] }] });

test.each<[PlanState, string | null, string]>([
  ['executing', null, ''],
  ['watching', null, ''],
  ['done', 'error rate back to 0.2%', ', and done'],
  ['failed', 'no instance came up', ', and failed: no instance came up'],
  ['unknown', 'no answer', ', and nobody knows whether it was done: no answer'],
  ['void', 'deploy #493 came between', ', and not done: deploy #493 came between'],
  ['void', null, ', and not done'],
])('approved, and the plan is %s (%s)', (state, reason, end) => {
  const decided = decidedCard(card, {
    approval: { state: 'approved', decidedBy: null },
    plan: { state, reason },
    by: '@sarah',
    at: Date.parse('2026-11-23T03:14:00Z'),
    zone: 'UTC',
  });
  expect(decided?.blocks).toEqual([
    { type: 'text', role: 'decision', text: `✅ Approved by @sarah at 03:14 UTC${end}` },
  ]);
});
