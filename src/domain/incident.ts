import type { CalledRounds } from './called-rounds.ts';
import type { Severity } from './severity.ts';

export interface Incident {
  id: number;
  /** One open incident per key: the service's name, else `fingerprint:<source>/<fingerprint>`. */
  key: string;
  title: string;
  severity: Severity;
  state: 'open' | 'resolved';
  service: string | null;
  /** When the problem began, by its first alert. */
  startedAt: number;
  openedAt: number;
  /** Principal key of who has it; null: nobody, also where the acknowledgement ran out. */
  ackedBy: string | null;
  /** Who acknowledged last, and when somebody first did. They stay on record when it runs out. */
  ackedByName: string | null;
  ackedAt: number | null;
  resolvedAt: number | null;
  resolvedBy: string | null;
  rootCause: string | null;
  probableCause: string | null;
  /** Lines of the header that investigation found. */
  context: IncidentContextLines;
  channel: string;
  conversation: string;
  /** The header post, edited as the state changes. */
  headerPostId: number | null;
  escalation: string | null;
  /** 0: nobody told yet; 1 is the first level. */
  level: number;
  /** Principal key, or source, that opened it. */
  openedBy: string;
  /** Incident it was merged into. */
  mergedInto: number | null;
  /** When the acknowledgement runs out; null: nobody has it. */
  ackExpiresAt: number | null;
  /** How long it runs, and runs again from each thing its owner does there. Null: the usual time. */
  ackForMs: number | null;
  /** The open incident of something its service depends on: its pages wait for that one. */
  inhibitedBy: number | null;
}

export interface IncidentContextLines {
  lastDeploy: string | null;
  actions: { command: string; why: string }[];
  called: CalledRounds;
  /** Sources that did not answer. */
  silent: string[];
  /** Dashboards and panels of its service. Absent in incidents from before there were any. */
  links?: { text: string; href: string }[] | undefined;
  /** Where no cause is named: `unknown`, or that it looks well. Absent or null: one is named, or nobody looked yet. */
  noCause?: string | null | undefined;
  /** What was looked at and is not the cause, a line each. */
  ruledOut?: string[] | undefined;
  /** Deploys that were rolled back through us while it was open, the newest last. */
  undone?: { deploy: string; at: number }[] | undefined;
  /** A conversation of its own, with a copy of the header. Absent: it has none. */
  room?: { conversation: string; postId: number; archived?: true; topic?: string } | undefined;
}

/** The message its thread hangs on: that of its own conversation there, else the one that began it. */
export function threadIn(
  { headerPostId, context }: Pick<Incident, 'headerPostId' | 'context'>,
  conversation: string,
): number | null {
  return context.room?.conversation === conversation ? context.room.postId : headerPostId;
}

export const NO_CONTEXT: IncidentContextLines = { lastDeploy: null, actions: [], called: [], silent: [] };

export type TimelineKind =
  | 'alert'
  | 'opened'
  | 'severity'
  | 'paged'
  | 'escalated'
  | 'acknowledged'
  | 'said'
  | 'plan'
  | 'approval'
  | 'execution'
  | 'watch'
  | 'note'
  | 'auto-fix'
  | 'refused'
  | 'resolved'
  | 'reopened'
  | 'merged'
  | 'configured'
  | 'system';

/** Append-only. `incidentId` null: an entry of the audit log alone. */
export interface TimelineEntry {
  id: number;
  incidentId: number | null;
  at: number;
  kind: TimelineKind;
  /** Principal key. */
  actor: string;
  text: string;
  data: Record<string, unknown>;
}
