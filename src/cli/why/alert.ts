// Why an alert woke somebody or nobody: what it was taken together with, what muted it, where it went.
import { notFound } from '../../domain/errors.ts';
import type { AlertFound } from '../../store/reasons.ts';
import type { Tables } from '../../store/tables.ts';
import { inOrder, muter, type WhyAnswer, type WhyLine } from './answer.ts';

const ALERTS = 5;
const ENTRIES = 50;

/** By its title or fingerprint, or a part of one. */
export async function whyAlert(read: Tables, text: string): Promise<WhyAnswer> {
  const found = await read.reasons.alerts(text, 100);
  const exact = found.filter(({ title, fingerprint }) => title === text || fingerprint === text);
  const alerts = exact.length > 0 ? exact : found;
  const entries = await read.reasons.alertEntries(text, ENTRIES);
  if (alerts.length === 0 && entries.length === 0)
    throw notFound(
      `no alert has "${text}" in its title or fingerprint`,
      'one that could not be read: openclaw source dead-letters list; one that never came: is it sent here?',
    );
  const shown = alerts.slice(0, ALERTS);
  const incidents = [...new Set(shown.flatMap(({ incidentId }) => incidentId ?? []))];
  return {
    about: `alert "${text}"`,
    facts: [
      ...shown.map((alert): [string, string] => [`alert ${alert.id}`, factText(alert)]),
      ...(alerts.length > ALERTS
        ? ([['more', `${alerts.length - ALERTS} older ones; write more of the title`]] as [string, string][])
        : []),
    ],
    decided: inOrder([
      ...entries.map(
        ({ at, kind, text: said, incidentId, data }): WhyLine => ({
          at,
          kind,
          text: incidentId === null ? said : `#${incidentId}: ${said}`,
          ...(Object.keys(data).length > 0 ? { data } : {}),
        }),
      ),
      ...shown.flatMap(repeatLine),
    ]),
    pending: [],
    ...(incidents[0] === undefined ? {} : { next: `openclaw why incident ${incidents[0]}` }),
  };
}

function factText(alert: AlertFound): string {
  const where =
    alert.incidentId !== null
      ? `it is of incident #${alert.incidentId}`
      : alert.mutedBy !== null
        ? 'it has no incident'
        : 'its route opens no incident: one post, edited as it repeats';
  const muted = alert.mutedBy === null ? '' : `; ${muter(alert.mutedBy)} keeps it from waking anybody`;
  return `${alert.status}, ${alert.severity}, from ${alert.source}: ${alert.title} — ${where}${muted}`;
}

function repeatLine({ id, count, lastSeenAt, fingerprint }: AlertFound): WhyLine[] {
  if (count < 2) return [];
  const text = `alert ${id} came ${count} times by then: the same fingerprint (${fingerprint}) is the same alert`;
  return [{ at: lastSeenAt, kind: 'alert', text }];
}
