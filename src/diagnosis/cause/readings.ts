// What was read about an incident when it opened, as the sources and our own records answered. All instants are UTC ms.
import type {
  CacheState,
  Comparison,
  DatabaseState,
  Deploy,
  LogLine,
  MetricSeries,
  MountUsage,
  ServiceHealth,
} from '../../domain/capability.ts';
import type { Service } from '../../domain/resource.ts';

/** What one service looks like. What was not asked, or not answered, is empty or null. */
export interface ServiceReadings {
  service: string;
  deploys: readonly Deploy[];
  /** What a deploy brought against the one before it, by the deploy's number. */
  comparisons: Readonly<Record<string, Comparison>>;
  lines: readonly LogLine[];
  /** Lines are complete from then on; null: nobody knows. A group that begins later began then. */
  linesFrom: number | null;
  /** Lines that hold a certain text, looked for further back than `lines` reach. */
  searches?: readonly { text: string; lines: readonly LogLine[]; from: number | null }[];
  health: ServiceHealth | null;
  series: readonly MetricSeries[];
  database: DatabaseState | null;
  cache: CacheState | null;
}

/** A step of ours that ran, whoever asked for it. */
export interface Doing {
  capability: string;
  /** Null: of the machine, as a disk's cleanup. */
  service: string | null;
  at: number;
  state: 'started' | 'succeeded' | 'failed' | 'unknown';
  /** The auto-fix that made it; null: a person asked for it. */
  autoFix: string | null;
  /** Instances before and after, of a scaling; null: of anything else, or not known. */
  scaled: { from: number; to: number } | null;
  /** What was undone, of a rollback. */
  undone: string | null;
}

/** A change that somebody told us of. */
export interface ToldChange {
  /** Null: of no configured service. */
  service: string | null;
  title: string;
  author: string | null;
  at: number;
  source: string;
}

export interface OtherIncident {
  id: number;
  service: string | null;
  title: string;
  startedAt: number;
}

export interface Readings {
  now: number;
  /** When the first alert says it began. */
  startedAt: number;
  /** It came back: when it was over the last time. Else not given. */
  wasOverAt?: number | undefined;
  service: string;
  /** What the alert measures, where it says so. */
  metric: string | null;
  /** Titles and descriptions of its alerts. */
  alerts: readonly string[];
  /** All that are configured: who needs whom. */
  services: readonly Pick<Service, 'name' | 'kind' | 'dependsOn' | 'instances'>[];
  /** The service itself, what it depends on, and who else depends on that. */
  about: readonly ServiceReadings[];
  incidents: readonly OtherIncident[];
  doings: readonly Doing[];
  changes: readonly ToldChange[];
  disks: readonly MountUsage[];
  /** Who did not answer, and what for: "logs of api". */
  silent: readonly { source: string; what: string }[];
}
