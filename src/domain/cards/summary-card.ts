// What an incident's thread ends with, read from its record.
import { formatDurationWords } from '../duration.ts';
import type { Incident, TimelineEntry } from '../incident.ts';
import { type Message, message } from '../message.ts';
import { headLine, type RecordHead } from '../record.ts';
import { clockTime } from '../time.ts';

export interface SummaryFacts {
  incident: Incident;
  timeline: readonly TimelineEntry[];
  zone: string;
  /** The record up to the last entry of it; null: there is none. */
  record?: RecordHead | null;
}

/** What the thread ends with. No model: read from the record. */
export function summaryCard({ incident, timeline, zone, record }: SummaryFacts): Message {
  const end = incident.resolvedAt ?? incident.openedAt;
  const took = formatDurationWords(Math.max(0, end - incident.startedAt));
  const acked =
    incident.ackedAt === null
      ? 'nobody acknowledged it'
      : `${incident.ackedByName} after ${formatDurationWords(incident.ackedAt - incident.startedAt)}`;
  const cause =
    incident.rootCause ?? (incident.probableCause ? `probably: ${incident.probableCause}` : 'not stated');
  // That a step started is only of interest while nothing is known of its end.
  const actions = timeline.filter(
    ({ kind, data }, index) =>
      ACTIONS.has(kind) &&
      !(kind === 'execution' && timeline.slice(index + 1).some((later) => endsExecution(later, data))),
  );
  const longTerm = timeline
    .filter(({ kind, data }) => kind === 'note' && data.followUp === true)
    .map(({ text }) => text);
  return message(`✅ RESOLVED — Duration: ${took}`, {
    tone: 'ok',
    blocks: [
      {
        type: 'fields',
        fields: [
          { label: 'Root cause', value: cause },
          { label: 'Acknowledged', value: acked },
          { label: 'Resolved by', value: incident.resolvedBy ?? 'openclaw' },
        ],
      },
      {
        type: 'section',
        heading: 'Actions taken',
        lines:
          actions.length > 0 ? actions.map(({ at, text }) => `${clockTime(at, zone)} ${text}`) : ['none'],
      },
      {
        type: 'section',
        heading: 'What to fix long-term',
        lines:
          longTerm.length > 0
            ? longTerm.map((text) => `• ${text}`)
            : [`not stated: /incident note ${incident.id} FOLLOW-UP: ...`],
      },
      { type: 'text', text: `Postmortem draft: openclaw incident show ${incident.id} --markdown` },
      ...(record ? [{ type: 'text' as const, text: headLine(record) }] : []),
    ],
  });
}

const ACTIONS: ReadonlySet<TimelineEntry['kind']> = new Set(['execution', 'watch', 'auto-fix', 'approval']);

function endsExecution({ kind, data }: TimelineEntry, started: TimelineEntry['data']): boolean {
  return (
    kind === 'execution' && started.executionId !== undefined && data.executionId === started.executionId
  );
}
