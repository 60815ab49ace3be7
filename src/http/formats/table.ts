// Type of a source to the format it sends. A new format is one file and one line here.
import { alertmanager } from './alertmanager.ts';
import type { Format } from './format.ts';
import { generic } from './generic.ts';

const FORMATS = new Map<string, Format>([
  ['alertmanager', alertmanager],
  ['generic', generic],
]);

/** Null: sources of this type send no webhooks. */
export function formatOf(type: string): Format | null {
  return FORMATS.get(type) ?? null;
}

export function webhookTypes(): string[] {
  return [...FORMATS.keys()];
}
