// A body of another shape, brought into ours by the mapping of its source.
import { follow, type WebhookMap } from '../../domain/webhook-map.ts';
import { isObject, scalarText } from './clean.ts';

/** What is not mapped is not read: another sender's `status` may mean anything. */
export function mapBody(body: unknown, map: WebhookMap): unknown {
  const list = map.alerts === null ? body : follow(body, map.alerts);
  return Array.isArray(list) ? list.map((item: unknown) => mapItem(item, map)) : mapItem(list, map);
}

/** Where a field of ours stands in theirs: `[2].title` is at `[2] $.alert.name`. */
export function placeInTheirs(where: string, map: WebhookMap): string {
  const [, index = '', name = ''] = /^(?:(\[\d+\])\.)?(\w+)$/.exec(where) ?? [];
  const written = [...map.fields].find(([field]) => field === name)?.[1].text;
  return written === undefined ? where : [index, written].filter((part) => part !== '').join(' ');
}

function mapItem(item: unknown, map: WebhookMap): unknown {
  if (!isObject(item)) return item;
  const ours: Record<string, unknown> = {};
  for (const [field, { path }] of map.fields) {
    const value = follow(item, path);
    if (value === undefined || value === null) continue;
    if (field === 'status') ours.status = wordOf(value, map.statuses);
    else if (field === 'severity') ours.severity = wordOf(value, map.severities);
    else if (field === 'starts_at') ours.starts_at = instantText(value);
    else if (field === 'link') ours.links = [{ href: value, text: 'Link' }];
    // A list of words, or one word, is what many call their tags.
    else if (field === 'labels') ours.labels = labelsOf(value);
    else ours[field] = value;
  }
  return ours;
}

function wordOf(value: unknown, words: ReadonlyMap<string, string>): unknown {
  const word = scalarText(value)?.trim().toLowerCase();
  return word === undefined ? value : (words.get(word) ?? words.get('*') ?? value);
}

/** `["env:prod", "urgent"]` becomes `{env: prod, urgent: ""}`. */
function labelsOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(
    value.slice(0, 64).map((tag: unknown): [string, string] => {
      const [, name = '', text = ''] = /^([^:=]*)[:=]?(.*)$/s.exec(scalarText(tag) ?? '') ?? [];
      return [name, text];
    }),
  );
}

/** Seconds or milliseconds since 1970 are as good as RFC 3339. */
function instantText(value: unknown): unknown {
  const text = scalarText(value)?.trim() ?? '';
  if (!/^\d{10}(\d{3})?(\.\d+)?$/.test(text)) return value;
  const ms = /^\d{13}/.test(text) ? Number(text) : Number(text) * 1_000;
  return new Date(Math.trunc(ms)).toISOString();
}
