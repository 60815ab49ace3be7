// Alerts without an incident that came in quick succession: one post for all of them.
import type { Alert } from '../alert.ts';
import { type Message, message } from '../message.ts';
import { severityMark, severityRank } from '../severity.ts';
import { clockTimeWithZone } from '../time.ts';

export interface SharedAlerts {
  total: number;
  firing: number;
  /** When the first of them began. */
  since: number;
  /** The few that are shown, in their order: firing before cleared, the worst first. */
  shown: readonly Pick<Alert, 'title' | 'severity' | 'service' | 'clearedAt'>[];
}

export function alertsCard({ total, firing, since, shown }: SharedAlerts, zone: string): Message {
  const [worst] = shown
    .filter(({ clearedAt }) => clearedAt === null)
    .toSorted((one, other) => severityRank(other.severity) - severityRank(one.severity));
  const state = firing === 0 ? ', all cleared' : firing < total ? `, ${firing} still firing` : '';
  const lines = shown.map(
    ({ title, severity, service, clearedAt }) =>
      `${clearedAt === null ? severityMark(severity) : '✅'} ${title}${service === null ? '' : ` (${service})`}`,
  );
  const left = total - shown.length;
  if (left > 0) lines.push(`and ${left} more: openclaw audit list --since 1h`);
  return message(
    `${worst ? severityMark(worst.severity) : '✅'} ${total} alerts since ${clockTimeWithZone(since, zone)}${state}`,
    {
      tone: worst?.severity ?? 'ok',
      blocks: [{ type: 'section', heading: 'They came within seconds, so they share this post', lines }],
    },
  );
}
