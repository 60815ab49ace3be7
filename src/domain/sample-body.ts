// What a webhook body would become at a source, for `source test`.
import type { IncomingAlert } from './alert.ts';
import type { Notice } from './notice.ts';

/** One alert, and the way it would take if it came now. */
export interface SampleAlert {
  alert: IncomingAlert;
  /** The configured service it is about; null: it names none, or none its source may name. */
  service: string | null;
  route: string;
  to: string;
  opensIncident: boolean;
  /** The silence that would keep it quiet now. */
  silencedBy: string | null;
}

export interface Sample {
  alerts: SampleAlert[];
  notices: Notice[];
  problems: { where: string; what: string }[];
  /** Fingerprints that were made here because the sender gave none. */
  derivedKeys: string[];
}
