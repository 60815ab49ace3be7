// Somebody decided, or nobody in time: the cards that asked for it say so, and have no buttons any more. After the first of
// two steps they ask for the second.
import { mentionOfKey } from '../../domain/called.ts';
import { confirmingCard } from '../../domain/cards/confirming-card.ts';
import { decidedCard } from '../../domain/cards/decided-card.ts';
import { channelZone } from '../channel-zone.ts';
import type { Handler } from '../engine.ts';
import { nothing } from '../engine.ts';

export const card: Handler = async (run, engine) => {
  const { approvalId, at } = run.job.payload as { approvalId: number; at: number };
  const { read } = engine.store;
  const approval = await read.approvals.find(approvalId);
  if (!approval) return nothing;
  const contacts = (await read.resources.list('contact')).map(({ spec }) => spec);
  return async (tx) => {
    // As it is now: the way from one state to the next may be shorter than the way to here.
    const now = await tx.approvals.find(approvalId);
    const plan = now && (await tx.plans.find(now.planId));
    if (!now || !plan) return;
    const decision = {
      approval: now,
      plan,
      by: now.decidedBy === null ? null : mentionOfKey(now.decidedBy, contacts),
      at: now.decidedAt ?? at,
      zone: await channelZone(now.destination.channel, tx, engine),
    };
    const first = { ...decision, by: mentionOfKey(now.firstBy ?? '', contacts), at };
    for (const post of await tx.posts.asking(approvalId, now.createdAt)) {
      const card = decidedCard(post.message, decision) ?? confirmingCard(post.message, first);
      if (card) await tx.posts.edit(post.id, card);
    }
  };
};
