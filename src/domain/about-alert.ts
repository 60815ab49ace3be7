// What an alert says beside its title: where it is, and the first lines of its description.
import type { Alert } from './alert.ts';
import { RULE_SOURCE_PREFIX } from './built-in.ts';

/** Labels that name the place, the most exact first. */
const PLACES = ['instance', 'host', 'hostname', 'pod', 'node', 'source'] as const;
const LINES = 3;
const LONGEST = 300;

/** Null: nothing names it, or its title does; a rule of ours names the source it measures, and no place. */
export function placeOf({
  labels,
  title,
  source,
}: Pick<Alert, 'labels' | 'title' | 'source'>): string | null {
  if (source.startsWith(RULE_SOURCE_PREFIX)) return null;
  const place = PLACES.map((name) => labels[name]).find((value) => value !== undefined && value !== '');
  return place === undefined || title.includes(place) ? null : place;
}

/** Empty: it says no more than its title. */
export function descriptionStart({ description, title }: Pick<Alert, 'description' | 'title'>): string {
  const lines = description.split('\n').filter((line) => line.trim() !== '');
  const start = lines.slice(0, LINES).join('\n');
  if (start === title) return '';
  const isCut = lines.length > LINES || start.length > LONGEST;
  return isCut ? `${start.slice(0, LONGEST).trimEnd()} …` : start;
}

/**
 * Beside the measured value and its threshold: what a rule of ours measured is not said once more ("error_rate is 12.3%,
 * > 5%"), unless more than that one value was needed.
 */
export function descriptionBesideValue(
  alert: Pick<Alert, 'source' | 'value' | 'threshold' | 'labels' | 'description' | 'title'>,
): string {
  const { source, value, threshold, labels, description } = alert;
  if (!source.startsWith(RULE_SOURCE_PREFIX) || value === null || threshold === null)
    return descriptionStart(alert);
  const lines = description.split('\n').filter((line) => {
    const [, metric] = /^(\S+) is [^,]+, [<>]=? [^,]+$/.exec(line) ?? [];
    return metric === undefined || metric !== labels.metric || / (?:and|or) /.test(line);
  });
  return descriptionStart({ ...alert, description: lines.join('\n') });
}

/** For a page, which is read on a phone. */
export function aboutAlert(alert: Pick<Alert, 'labels' | 'title' | 'source' | 'description'>): string[] {
  const place = placeOf(alert);
  const description = descriptionStart(alert);
  return [...(place === null ? [] : [`On ${place}`]), ...(description === '' ? [] : [description])];
}
