// What monitoring wrote about an incident (titles, descriptions, labels), as a model is told it: text of others, and data.
import type { Alert } from '../../domain/alert.ts';
import { onOneLine, shortened } from '../../domain/excerpt.ts';
import { redactJsonForModel } from '../../domain/redact-for-model.ts';
import { isoTime } from '../../domain/time.ts';
import type { Tables } from '../../store/tables.ts';

const MOST_ALERTS = 10;
const MOST_LABELS = 20;
const LONGEST = 300;
const LONGEST_DESCRIPTION = 1_000;

/** Nothing where there are none. Never trusted. */
export async function knownAlerts(
  { alerts }: Tables,
  incidentId: number,
): Promise<{ label: string; text: string }[]> {
  const all = await alerts.ofIncident(incidentId);
  return all.length === 0 ? [] : [{ label: 'alerts of the incident', text: alertsText(all) }];
}

/** Those that fire first, the newest of them first; each with its fields on lines of their own. */
export function alertsText(alerts: readonly Alert[]): string {
  const sorted = [...alerts].sort(
    (a, b) => Number(b.status === 'firing') - Number(a.status === 'firing') || b.startsAt - a.startsAt,
  );
  const told = sorted.slice(0, MOST_ALERTS).map(alertText);
  const more = sorted.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function alertText(alert: Alert): string {
  // Cleaned before it is cut, as half a secret is not known for one.
  const { title, description, labels, service, source } = redactJsonForModel({
    title: alert.title,
    description: alert.description,
    labels: alert.labels,
    service: alert.service,
    source: alert.source,
  });
  const line = (text: string, most = LONGEST) => shortened(onOneLine(text).trim(), most);
  const names = Object.keys(labels);
  const more = names.length - MOST_LABELS;
  const value = alert.value === null ? [] : [`value ${alert.value}${alert.unit ?? ''}`];
  const threshold = alert.threshold === null ? [] : [`threshold ${alert.threshold}${alert.unit ?? ''}`];
  return [
    [
      `${alert.status} since ${isoTime(alert.startsAt)}: ${line(title)}`,
      alert.severity,
      ...(service === null ? [] : [line(service)]),
      ...value,
      ...threshold,
      `from ${line(source)}`,
    ].join(', '),
    ...(description.trim() === '' ? [] : [`  description: ${line(description, LONGEST_DESCRIPTION)}`]),
    ...names.slice(0, MOST_LABELS).map((name) => `  label ${line(name, 100)}: ${line(labels[name] ?? '')}`),
    ...(more > 0 ? [`  and ${more} more labels`] : []),
  ].join('\n');
}
