// Type of a source to the format it sends. A new format is one file and one line here.
import type { IncomingHttpHeaders } from 'node:http';
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

/** A header that only signed requests have. Asked before the source is known, so that a stranger learns nothing. */
export function hasVendorSignature(headers: IncomingHttpHeaders): boolean {
  return [...FORMATS.values()].some(
    ({ signature }) => signature !== undefined && signature.header in headers,
  );
}
