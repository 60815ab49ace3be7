// What an incident's thread ends with, read from its record. No model.
import { formatDurationWords } from '../duration.ts';
import type { TimelineEntry } from '../incident.ts';
import { longTerm } from '../long-term.ts';
import { type Message, message } from '../message.ts';
import { namingEach } from '../named.ts';
import { mitigatedAt, type PostmortemFacts } from '../postmortem.ts';
import { parsePrincipalKey } from '../principal.ts';
import { headLine } from '../record.ts';
import { clockTime } from '../time.ts';
import { told } from '../told.ts';

export type SummaryFacts = Pick<PostmortemFacts, 'incident' | 'timeline' | 'plans' | 'record'> & {
  zone: string;
};

/** Lines of a section: an incident of thousands of entries still ends with one message. */
const FIRST = 10;
const LAST = 20;

export function summaryCard({ incident, timeline, plans, record, zone }: SummaryFacts): Message {
  const { id, startedAt, ackedAt, ackedByName } = incident;
  const after = (at: number) => `after ${formatDurationWords(Math.max(0, at - startedAt))}`;
  const end = incident.resolvedAt ?? incident.openedAt;
  const mitigated = mitigatedAt(plans);
  const line = ({ at, text }: TimelineEntry) => `${clockTime(at, zone)} ${text}`;
  const toFix = longTerm(timeline);
  const paged = told(timeline);
  const actions = actionsIn(timeline);
  const blocks: Message['blocks'] = [
    {
      type: 'fields',
      fields: [
        {
          label: 'Root cause',
          value:
            incident.rootCause ??
            (incident.probableCause ? `probably: ${incident.probableCause}` : 'not stated'),
        },
        {
          label: 'Acknowledged',
          value: ackedAt === null ? 'nobody acknowledged it' : `${ackedByName} ${after(ackedAt)}`,
        },
        ...(mitigated === null ? [] : [{ label: 'Mitigated', value: after(mitigated) }]),
        { label: 'Resolved by', value: incident.resolvedBy ?? 'openclaw' },
      ],
    },
    section('Who was told', paged.map(line), 'nobody was paged'),
    section('Actions taken', actions.map(line), 'none'),
    section(
      'What to fix long-term',
      toFix.map((text) => `• ${text}`),
      `not stated: /incident followup #${id} TEXT`,
    ),
    { type: 'text', text: `Postmortem draft: openclaw incident show ${id} --markdown` },
  ];
  if (record) blocks.push({ type: 'text', text: headLine(record) });
  const summary = message(`✅ RESOLVED — Duration: ${formatDurationWords(Math.max(0, end - startedAt))}`, {
    tone: 'ok',
    blocks,
  });
  return namingEach(summary, [
    ackedAt === null ? null : ackedByName,
    incident.resolvedBy,
    ...[paged, actions].flatMap((entries) => shown(entries)).flatMap(namesOfActor),
  ]);
}

function section(heading: string, lines: string[], none: string): Message['blocks'][number] {
  return { type: 'section', heading, lines: lines.length === 0 ? [none] : bounded(lines) };
}

function bounded(lines: string[]): string[] {
  const kept = shown(lines);
  const left = lines.length - kept.length;
  return left === 0 ? lines : kept.toSpliced(FIRST, 0, `… ${left} more …`);
}

function shown<T>(entries: readonly T[]): T[] {
  const isShown = (index: number) => index < FIRST || index >= entries.length - LAST;
  return entries.filter((_, index) => isShown(index));
}

/** Whoever did it, as often as the line that tells of it names them: "denied, @sarah denied it". */
function namesOfActor({ actor, text }: TimelineEntry): string[] {
  const name = `@${parsePrincipalKey(actor).userId}`;
  return text.split(/(?<![\w@#-])(@[\w-]+)/).filter((word) => word === name);
}

/** What was done. What was refused changed nothing: it is in the record. */
const ACTIONS: ReadonlySet<TimelineEntry['kind']> = new Set(['execution', 'watch', 'auto-fix', 'approval']);
/** How a plan ended that changed nothing, or nobody knows what. */
const ENDS: ReadonlySet<unknown> = new Set(['denied', 'expired', 'void', 'failed', 'unknown']);

/** That a step started is only of interest while nothing is known of its end. */
function actionsIn(timeline: readonly TimelineEntry[]): TimelineEntry[] {
  const lastOf = new Map<unknown, TimelineEntry>();
  for (const entry of timeline)
    if (entry.kind === 'execution' && entry.data.executionId !== undefined)
      lastOf.set(entry.data.executionId, entry);
  // A plan of one step ends as its step did: once is enough.
  const saidOf = new Set([...lastOf.values()].map(({ data, text }) => `${data.planId} ${text}`));
  return timeline.filter((entry) => {
    const { kind, data, text } = entry;
    if (kind === 'plan') return ENDS.has(data.state) && !saidOf.has(`${data.planId} ${text}`);
    if (!ACTIONS.has(kind)) return false;
    return kind !== 'execution' || data.executionId === undefined || lastOf.get(data.executionId) === entry;
  });
}
