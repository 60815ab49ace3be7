import type { Overview } from '../domain/playbook.ts';
import type { Tables } from '../store/tables.ts';

export async function overview(tables: Tables): Promise<Overview> {
  const [incidents, approvals, frozen, warnings, unknown, deadLetters] = await Promise.all([
    tables.incidents.listOpen(),
    tables.approvals.pending(),
    tables.settings.get('freeze'),
    tables.settings.get('warnings'),
    tables.plans.inStates(['unknown']),
    tables.inbox.countDeadLetters(),
  ]);
  const waitingApprovals = [];
  for (const { id, planId } of approvals) {
    const plan = await tables.plans.find(planId);
    if (plan) waitingApprovals.push({ id, title: plan.title });
  }
  const doubts = [];
  for (const plan of unknown) {
    const approval = await tables.approvals.ofPlan(plan.id);
    doubts.push(
      `nobody knows what became of "${plan.title}": /done ${approval?.id ?? ''} or /retry ${approval?.id ?? ''}`,
    );
  }
  const unread = deadLetters.map(
    ({ source, count }) =>
      `${count} ${count === 1 ? 'thing' : 'things'} from ${source} could not be read: openclaw source dead-letters list`,
  );
  return {
    openIncidents: incidents.map(({ id, title, severity, ackedBy, ackedByName, openedAt }) => ({
      id,
      title,
      severity,
      ackedBy: ackedBy === null ? null : ackedByName,
      openedAt,
    })),
    waitingApprovals,
    frozen: frozen ? { reason: frozen.reason, by: frozen.byName } : null,
    warnings: [
      ...doubts,
      ...unread,
      ...warnings.flatMap(({ text, channel }) => (channel?.overAt === undefined ? [text] : [])),
    ],
  };
}
