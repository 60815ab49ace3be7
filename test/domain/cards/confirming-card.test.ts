// A card of a critical plan between its two steps.
import { expect, test } from 'vitest';
import { confirmingCard, type FirstStep } from '../../../src/domain/cards/confirming-card.ts';
import { decidedCard } from '../../../src/domain/cards/decided-card.ts';
import { decisionButtons } from '../../../src/domain/cards/plan-card.ts';
import { message, plainText } from '../../../src/domain/message.ts';

const plan = { risk: 'critical' as const, digest: `sha256:${'a'.repeat(64)}`, twoPerson: false };
const card = {
  ...message('🔴 Plan #7: Fail orders-db over', {
    blocks: [
      { type: 'fields', fields: [{ label: 'Asked by', value: '@U0ANA0000' }] },
      { type: 'text', text: 'Two steps: /approve 7 reads the facts once more', role: 'question' },
      decisionButtons(plan, 7),
    ],
  }),
  names: ['@U0ANA0000'],
};
const first: FirstStep = {
  approval: { id: 7, state: 'confirming', confirmWord: 'orders-db', firstBy: 'slack:T1:U0ANA0000' },
  plan,
  by: '@U0ANA0000',
  at: Date.parse('2026-11-23T03:15:00Z'),
  zone: 'UTC',
};

test('says who took the first step and what is missing, and asks for that', () => {
  const now = confirmingCard(card, first);
  expect(now && plainText(now).split('\n')[1]).toBe(
    'Step 1 of 2 by @U0ANA0000 at 03:15 UTC: the facts still hold. Nothing runs before the second: /approve 7 orders-db',
  );
  expect(now?.blocks.at(-1)).toMatchObject({ buttons: [{ label: 'Confirm' }, { label: 'Deny' }] });
  expect(JSON.stringify(now)).not.toContain('Two steps');
  // As often as they stand there, or Slack shows none as a person.
  expect(now?.names).toEqual(['@U0ANA0000', '@U0ANA0000']);
  // Once is enough.
  expect(now && confirmingCard(now, first)).toBeNull();
});

test('of two people the second is somebody else', () => {
  const now = confirmingCard(card, { ...first, plan: { ...plan, twoPerson: true } });
  expect(now && plainText(now)).toContain(
    'Nothing runs before the second by somebody who neither asked nor took the first: /approve 7 orders-db',
  );
});

test.each(['waiting', 'approved', 'void'] as const)('is none while it is %s', (state) => {
  expect(confirmingCard(card, { ...first, approval: { ...first.approval, state } })).toBeNull();
});

test('after the decision only what still stands there is named', () => {
  const now = confirmingCard(card, first) ?? card;
  const approval = { state: 'approved' as const, decidedBy: 'slack:T1:U0MIKE000' };
  const decision = { approval, plan: { reason: null, state: 'approved' as const }, by: '@U0MIKE000' };
  const done = decidedCard(now, { ...decision, at: first.at, zone: 'UTC' });
  expect(done?.names).toEqual(['@U0ANA0000', '@U0MIKE000']);
  expect(done && plainText(done)).not.toContain('Step 1');
});
