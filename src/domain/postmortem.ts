// The draft of a postmortem, from what was recorded. Same facts, same bytes; times are UTC.
import type { Alert } from './alert.ts';
import type { Approval } from './approval.ts';
import { formatDurationWords } from './duration.ts';
import { onOneLine } from './excerpt.ts';
import type { Execution } from './execution.ts';
import type { Incident, TimelineEntry } from './incident.ts';
import { longTerm } from './long-term.ts';
import type { Plan } from './plan.ts';
import { mention, principalKey } from './principal.ts';
import { headLine, type RecordHead } from './record.ts';
import { isoTime } from './time.ts';
import { namesIn, told, whoActed } from './told.ts';

export interface PlanHistory {
  plan: Plan;
  approval: Approval | null;
  executions: readonly Execution[];
  verdict: 'better' | 'same' | 'worse' | 'unknown' | null;
}

export interface PostmortemFacts {
  incident: Incident;
  alerts: readonly Alert[];
  timeline: readonly TimelineEntry[];
  plans: readonly PlanHistory[];
  /** The record up to the last entry of it; null: there is none. */
  record?: RecordHead | null;
}

/** Markdown (GitHub's dialect). Text from outside is escaped: it can make no link, image, heading or HTML. */
export function postmortem(given: PostmortemFacts): string {
  const facts = {
    ...given,
    timeline: given.timeline.toSorted(byTime),
    plans: given.plans.toSorted((a, b) => a.plan.id - b.plan.id),
  };
  const { incident } = facts;
  const sections: [heading: string, lines: string[]][] = [
    ['Summary', summary(facts)],
    ['Impact', impact(facts)],
    ['Root cause', rootCause(incident)],
    ['Who was told', whoWasTold(facts)],
    ['Timeline', timelineTable(facts)],
    ['Actions', actions(facts)],
    ['Follow-ups', followUps(facts)],
  ];
  const body = sections.map(([heading, lines]) => `## ${heading}\n\n${lines.join('\n')}\n`);
  const end = facts.record ? `\n${headLine(facts.record)}\n` : '';
  return `# Incident #${incident.id}: ${plain(incident.title)}\n\n${body.join('\n')}${end}`;
}

/** The end of the first change that helped: what the watch called better, else what ended its plan well. */
export function mitigatedAt(plans: readonly PlanHistory[]): number | null {
  const helped = plans.filter(
    ({ plan, verdict }) => verdict === 'better' || (verdict === null && plan.state === 'done'),
  );
  const ends = helped.flatMap(({ executions }) => {
    const done = executions.flatMap(({ state, endedAt }) =>
      state === 'succeeded' && endedAt !== null ? [endedAt] : [],
    );
    return done.length > 0 ? [Math.max(...done)] : [];
  });
  return ends.length > 0 ? Math.min(...ends) : null;
}

function summary({ incident, plans }: PostmortemFacts): string[] {
  const { startedAt, ackedAt, ackedByName, resolvedAt } = incident;
  const after = (at: number | null) => (at === null ? null : formatDurationWords(at - startedAt));
  const acked = after(ackedAt);
  const mitigated = after(mitigatedAt(plans));
  const resolved = after(resolvedAt);
  return list([
    ['Severity', incident.severity],
    ['Service', incident.service === null ? 'none named' : plain(incident.service)],
    ['Started', isoTime(startedAt)],
    ['Resolved', resolvedAt === null ? 'still open' : isoTime(resolvedAt)],
    ['Duration', resolved ?? 'still open'],
    [
      'Time to acknowledge',
      acked === null
        ? 'never acknowledged'
        : `${acked}${ackedByName === null ? '' : ` (${plain(ackedByName)})`}`,
    ],
    ['Time to mitigate', mitigated ?? 'no change of ours is known to have helped'],
    ['Time to resolve', resolved ?? 'still open'],
    ...(incident.mergedInto === null ? [] : [['Merged into', `incident #${incident.mergedInto}`] as const]),
  ]);
}

function impact({ alerts }: PostmortemFacts): string[] {
  if (alerts.length === 0) return ['No alert is attached. Write here what people noticed.'];
  const rows = [...alerts]
    .sort((a, b) => a.startsAt - b.startsAt || a.id - b.id)
    .map((alert) => {
      const { value, threshold, unit } = alert;
      const number = (of: number | null) => (of === null ? '' : `${of}${plain(unit ?? '')}`);
      return [
        plain(alert.title),
        number(value),
        number(threshold),
        isoTime(alert.startsAt),
        alert.clearedAt === null ? 'firing' : isoTime(alert.clearedAt),
        String(alert.count),
      ];
    });
  return tableOf(['Alert', 'Value', 'Threshold', 'From', 'Until', 'Times told'], rows);
}

function rootCause({ rootCause: stated, probableCause }: Incident): string[] {
  if (stated) return [plain(stated)];
  return [probableCause ? `Probable, not confirmed: ${plain(probableCause)}` : 'Not stated.'];
}

function whoWasTold({ timeline }: PostmortemFacts): string[] {
  const rows = told(timeline).map(({ at, text }) => [isoTime(at), plain(text)]);
  return rows.length === 0 ? ['Nobody was paged.'] : tableOf(['Time', 'Who'], rows);
}

function timelineTable({ timeline }: PostmortemFacts): string[] {
  if (timeline.length === 0) return ['Nothing is recorded.'];
  const rows = timeline.map(({ at, text }) => [isoTime(at), plain(text)]);
  return tableOf(['Time', 'What happened'], rows);
}

function actions({ plans, incident, timeline }: PostmortemFacts): string[] {
  const said = namesIn(timeline);
  const names = new Map([
    ...said,
    ...plans.map(({ plan }) => [principalKey(plan.requester), mention(plan.requester)] as const),
  ]);
  if (incident.ackedBy !== null && incident.ackedByName !== null)
    names.set(incident.ackedBy, incident.ackedByName);
  const tried = plans.map((history) => {
    const { plan, approval } = history;
    const asked = plan.autoFix === null ? mention(plan.requester) : `auto-fix ${plan.autoFix}`;
    const cells = [plain(plan.title), plain(asked), approver(approval, names), outcome(history)];
    return { at: plan.createdAt, id: plan.id, cells };
  });
  const refused = timeline
    .filter(({ kind }) => kind === 'refused')
    .map((entry) => {
      const { at, id, text } = entry;
      return { at, id, cells: [plain(text), plain(whoActed(entry, names)), 'nobody', 'refused'] };
    });
  const rows = [...tried, ...refused].sort(byTime).map(({ at, cells }) => [isoTime(at), ...cells]);
  if (rows.length === 0) return ['None were taken through openclaw.'];
  return tableOf(['Time', 'Action', 'Asked by', 'Approved by', 'Outcome'], rows);
}

function byTime(a: { at: number; id: number }, b: { at: number; id: number }): number {
  return a.at - b.at || a.id - b.id;
}

function approver(approval: Approval | null, names: ReadonlyMap<string, string>): string {
  if (approval === null || approval.state !== 'approved') return 'nobody';
  if (approval.standing !== null) return plain(`in advance (${approval.standing})`);
  const people = [...new Set([approval.firstBy, approval.decidedBy].filter((key) => key !== null))];
  return people.map((key) => plain(names.get(key) ?? key)).join(', ') || 'nobody';
}

function outcome({ plan, executions, verdict }: PlanHistory): string {
  const steps = executions.map(({ capability, state, summary }) => summary ?? `${capability} ${state}`);
  // The reason says what was measured, where something was.
  const watched = verdict === null || plan.reason !== null ? '' : `; then ${verdict}`;
  const reason = plan.reason === null ? '' : ` (${plan.reason})`;
  return plain(`${plan.state}${reason}${steps.length > 0 ? `: ${steps.join('; ')}` : ''}${watched}`);
}

function followUps({ incident, timeline, plans }: PostmortemFacts): string[] {
  const noted = longTerm(timeline).map(plain);
  const ours = [
    ...(incident.rootCause ? [] : ['State the root cause.']),
    ...plans.flatMap(({ executions }) =>
      executions
        .filter(({ state }) => state === 'unknown')
        .map(({ capability, target }) => `Find out what became of ${plain(`${capability} on ${target}`)}.`),
    ),
    ...plans.flatMap(({ plan, executions }) =>
      executions.some(({ capability, state }) => capability === 'deploys.rollback' && state === 'succeeded')
        ? [`${plain(plan.title)}: repair it before it is deployed again.`]
        : [],
    ),
  ];
  return [...new Set([...noted, ...ours])]
    .map((line) => `- [ ] ${line}`)
    .concat(noted.length + ours.length === 0 ? ['None noted.'] : []);
}

function list(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.map(([label, value]) => `- ${label}: ${value}`);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
}

/** One line in which nothing is markup. */
function plain(text: string): string {
  return onOneLine(text)
    .replace(/ {2,}/g, ' ')
    .replace(/[\\`*[\]|~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .trim();
}
