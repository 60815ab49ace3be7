// What a webhook format is to the server. A format is pure: parsed JSON in, alerts out.
import type { IncomingAlert } from '../../domain/alert.ts';

/** What a format may know about the delivery besides its bytes. */
export interface FormatContext {
  /** Name of the configured source. */
  source: string;
  /** Milliseconds since 1970, by the daemon's clock. */
  receivedAt: number;
  /** Names this delivery where its body does not: two deliveries with equal bytes have different ones. */
  deliveryId: string;
}

/** One thing that could not be read. `where` is a path people can find: `alerts[3].labels`. */
export interface Problem {
  where: string;
  what: string;
}

export interface ReadAlerts {
  alerts: IncomingAlert[];
  /** What was left out. The alerts beside it are good. */
  problems: Problem[];
  /** Keys that were made here because the sender gave none. */
  derivedKeys: string[];
}

/** Read in one piece: JSON or form fields, small. */
export interface WholeFormat {
  kind: 'whole';
  maxBytes: number;
  toAlerts(fields: unknown, context: FormatContext): ReadAlerts;
}

/** A JSON object with one long array, read piece by piece; each element is handed on by itself. */
export interface StreamFormat {
  kind: 'stream';
  /** For people: "Alertmanager". */
  title: string;
  maxBytes: number;
  /** Name of the field that holds the alerts. */
  array: string;
  maxItemBytes: number;
  toAlert(
    item: unknown,
    where: string,
    head: ReadonlyMap<string, unknown>,
    context: FormatContext,
  ): IncomingAlert | Problem;
  toAlerts(body: unknown, context: FormatContext): ReadAlerts;
}

export type Format = WholeFormat | StreamFormat;

export function isProblem(read: IncomingAlert | Problem): read is Problem {
  return 'what' in read;
}
