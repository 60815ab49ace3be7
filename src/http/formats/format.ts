// What a webhook format is to the server. A format is pure: parsed JSON in, alerts out.
import type { IncomingHttpHeaders } from 'node:http';
import type { IncomingAlert } from '../../domain/alert.ts';
import type { KeyedNotice } from '../../domain/notice.ts';
import type { Certificates } from './sns-signature.ts';

/** What a format may know about the delivery besides its bytes. */
export interface FormatContext {
  /** Name of the configured source. */
  source: string;
  /** Milliseconds since 1970, by the daemon's clock. */
  receivedAt: number;
  /** Names this delivery where its body does not: two deliveries with equal bytes have different ones. */
  deliveryId: string;
  /** Of the request; absent where only its body was kept. */
  headers?: IncomingHttpHeaders;
  /** Of the source: `--set key=value`. */
  settings?: Readonly<Record<string, string>>;
}

/** A request whose sender is not known yet. */
export interface SignedRequest {
  /** The body as it was sent. */
  raw: Buffer;
  headers: IncomingHttpHeaders;
  /** Of the source, blank ones left out: several during a rotation. */
  secrets: readonly string[];
  settings: Readonly<Record<string, string>>;
  now: number;
  certificates: Certificates;
}

/** How a vendor's senders prove who they are, where that is neither our bearer token nor our signature. */
export interface VendorSignature {
  /** Lower case. A request that has it is read, up to 1 MB, before its sender is known. */
  header: string;
  /** Proven by a public key: a source of this type needs no secret. */
  secretless?: true;
  /** Null: it is theirs. Else why not, for our log alone; the sender gets the same 401 as everybody. */
  refuse(request: SignedRequest): string | null | Promise<string | null>;
}

interface AnyFormat {
  /** Beside a bearer token, basic auth and our own signatures, which every format takes. */
  signature?: VendorSignature;
  /** Its operator chooses the scheme of `Authorization`, and may choose none. */
  anyScheme?: true;
  /** The vendor gives up on a 4xx, or turns the webhook off: what cannot be read is kept as a dead letter and answered 202. */
  lenient?: true;
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
  /** What was told beside alerts. */
  notices?: KeyedNotice[];
}

/** Read in one piece: JSON or form fields, small. */
export interface WholeFormat extends AnyFormat {
  kind: 'whole';
  maxBytes: number;
  toAlerts(fields: unknown, context: FormatContext): ReadAlerts;
}

/** A JSON object with one long array, read piece by piece; each element is handed on by itself. */
export interface StreamFormat extends AnyFormat {
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
