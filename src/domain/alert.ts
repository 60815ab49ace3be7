import type { Severity } from './severity.ts';

/** One alert as every format is read into: what `source test` prints. */
export interface IncomingAlert {
  /** Same fingerprint, same alert. */
  fingerprint: string;
  /** The key of this very delivery: a repeat of it is the same event. */
  deliveryKey: string;
  status: 'firing' | 'resolved' | 'unknown';
  title: string;
  description: string;
  /** Null: missing or not understood; counts as warning, and the post says so. */
  severity: Severity | null;
  /** What the sender wrote where a severity should be. */
  severityText: string | null;
  /** What the sender calls the service; may or may not be a configured one. */
  service: string | null;
  labels: Record<string, string>;
  links: { href: string; text: string }[];
  /** Instants; null: not said. */
  startsAt: number | null;
  endsAt: number | null;
  /** It counts as over then, unless it is sent again. Not given: until its sender says so. */
  expiresAt?: number;
  /** `12.3` and `5` where the sender gives numbers. */
  value: number | null;
  threshold: number | null;
  unit: string | null;
  /** Somebody has it where it comes from. */
  acknowledged?: true;
  /** What its sender says of an alert that stays as it is, for the record: "escalated by Ana". */
  remark?: string;
  /** Things the thread must say: "3 alerts were cut off by Alertmanager". */
  notes: string[];
}

export interface Alert {
  id: number;
  source: string;
  fingerprint: string;
  status: 'firing' | 'resolved';
  title: string;
  description: string;
  severity: Severity;
  service: string | null;
  labels: Record<string, string>;
  links: { href: string; text: string }[];
  value: number | null;
  threshold: number | null;
  unit: string | null;
  incidentId: number | null;
  startsAt: number;
  /** When it last stopped; null while firing. */
  clearedAt: number | null;
  lastSeenAt: number;
  /** Deliveries taken together. */
  count: number;
  /** Where it has no incident: the post that is edited as it repeats and clears. */
  postId: number | null;
  /** What keeps it from waking anybody: `silence:NAME`, `incident:7`. Null: nothing does. */
  mutedBy: string | null;
}
