// The verbs: argument and result types. Sources implement them; playbooks are written against them.
import { z } from 'zod';

const service = z.string().min(1).max(200);
const instance = z.string().min(1).max(200).optional();
const bytesPath = z.string().min(1).max(4096);

/** Strict: an unknown key is an error, whoever wrote the call. */
export const READ_ARGS = {
  'services.list': z.strictObject({}),
  'services.health': z.strictObject({ service, instance }),
  'metrics.query': z.strictObject({
    service,
    instance,
    metric: z.string().min(1).max(200).optional(),
    sinceMs: z.number().int().positive().optional(),
  }),
  'logs.search': z.strictObject({
    service,
    instance,
    /** Instant; undefined: the last lines there are. */
    sinceAt: z.number().optional(),
    /** Instant, not included; undefined: until now. */
    untilAt: z.number().optional(),
    limit: z.number().int().min(1).max(10_000),
    /** A pattern of RE2, in any case: `src/diagnosis/line-pattern.ts`. */
    grep: z.string().min(1).max(500).optional(),
    /** Only lines of errors, with their stack traces: `src/diagnosis/error-lines.ts`. */
    level: z.literal('error').optional(),
  }),
  'deploys.list': z.strictObject({ service, limit: z.number().int().min(1).max(100) }),
  'deploys.compare': z.strictObject({ service, from: z.string(), to: z.string() }),
  'databases.describe': z.strictObject({ service }),
  'caches.describe': z.strictObject({ service, pattern: z.string().optional() }),
  'disk.usage': z.strictObject({ path: bytesPath.optional() }),
  'dashboards.find': z.strictObject({
    service,
    /** What the incident is about: its panels come first. */
    metric: z.string().min(1).max(200).optional(),
    /** Instant the links begin at; undefined: as the dashboard has it. */
    sinceAt: z.number().optional(),
  }),
} as const;

export const CHANGE_ARGS = {
  'services.scale': z.strictObject({
    service,
    count: z.number().int().min(0).max(10_000),
    reason: z.string().min(3).max(500).optional(),
  }),
  'services.restart': z.strictObject({ service, mode: z.enum(['rolling', 'full']) }),
  'deploys.rollback': z.strictObject({ service, deploy: z.string().min(1).max(100) }),
  'caches.flush': z.strictObject({ service, pattern: z.string().min(1).max(200).optional() }),
  'databases.failover': z.strictObject({ service, to: z.string().min(1).max(200).optional() }),
  'disk.prune-docker': z.strictObject({}),
  'disk.vacuum-journal': z.strictObject({ keepBytes: z.number().int().min(1_000_000) }),
  'disk.remove-old-files': z.strictObject({
    path: z.enum(['/tmp', '/var/tmp']),
    olderThanMs: z.number().int().min(3_600_000),
  }),
} as const;

export type ReadCapability = keyof typeof READ_ARGS;
export type ChangeCapability = keyof typeof CHANGE_ARGS;
export type Capability = ReadCapability | ChangeCapability;
export type ReadArgs<C extends ReadCapability> = z.infer<(typeof READ_ARGS)[C]>;
export type ChangeArgs<C extends ChangeCapability> = z.infer<(typeof CHANGE_ARGS)[C]>;

export function isReadCapability(name: string): name is ReadCapability {
  return Object.hasOwn(READ_ARGS, name);
}
export function isChangeCapability(name: string): name is ChangeCapability {
  return Object.hasOwn(CHANGE_ARGS, name);
}

/** A repeat after a crash: harmless, only after asking `reconcile`, or better twice than never. */
export type Repeat = 'harmless' | 'once' | 'resend';
export const REPEAT: Record<ChangeCapability, Repeat> = {
  'services.scale': 'harmless',
  'services.restart': 'once',
  'deploys.rollback': 'once',
  'caches.flush': 'once',
  'databases.failover': 'once',
  'disk.prune-docker': 'harmless',
  'disk.vacuum-journal': 'harmless',
  'disk.remove-old-files': 'harmless',
};

export interface Instance {
  id: string;
  state: 'healthy' | 'unhealthy' | 'starting' | 'unknown';
  detail?: string | undefined;
}
export interface ServiceHealth {
  service: string;
  /** Null: the source does not know. */
  desired: number | null;
  running: number | null;
  healthy: number | null;
  release?: string | undefined;
  instances: Instance[];
  /** What goes on there by itself, newest first: a deployment in flight, a scaling activity with its cause. */
  notes?: string[] | undefined;
}
export interface MetricSeries {
  metric: string;
  unit: '%' | 'ms' | 'bytes' | 'bytes/s' | '/s' | 'count' | 'boolean' | '';
  /** Null: cannot be measured now. */
  current: number | null;
  /** Oldest first; `at` instants. */
  points: { at: number; value: number }[];
  /** The mean of this hour on each earlier day, oldest first, where the source knows its past: what is usual now. */
  sameHour?: { at: number; value: number }[] | undefined;
  /** What the source says of its own answer, such as why a value is missing. */
  note?: string | undefined;
}
export interface LogLine {
  at: number | null;
  level: 'error' | 'warn' | 'info' | 'debug' | 'unknown';
  text: string;
  instance: string;
}
export interface Deploy {
  /** The number people of the team use, without `#`. */
  number: string;
  author: string;
  title: string;
  at: number;
  status: 'succeeded' | 'failed' | 'in-progress';
  rolledBack: boolean;
  /** Of one in progress: a rollback may stop it on its way and bring back what ran before. */
  stoppable?: boolean | undefined;
}
export interface Comparison {
  commits: { sha: string; title: string; author?: string | undefined }[];
  files: string[];
  /** Null: this source cannot tell whether the database was changed. */
  migrations: string[] | null;
  /**
   * Our services whose files are among them, where one repository holds several; `elsewhere`: how many files are in no
   * service's folder, and may be anybody's. Null: more files differ than could be listed.
   */
  services?: { touched: string[]; elsewhere: number | null } | undefined;
  /** What differs besides, a line each: an image, a limit, the name of a variable. */
  changes?: string[] | undefined;
  /**
   * The text of it, where the source has it: unified diffs, from `from` to `to`. `cut`: it goes on. `withheld`: the file may
   * hold secrets, so its text is left out.
   */
  patches?:
    | { path: string; patch: string; cut?: true | undefined; withheld?: true | undefined }[]
    | undefined;
}
export interface DatabaseState {
  cluster: string;
  engine: string;
  primary: string;
  /** Of the primary, in its source's own word; `available` is well. Undefined: not said. */
  status?: string | undefined;
  replicas: { id: string; lagMs: number | null }[];
  /** Null: unknown. */
  downtimeMs: number | null;
  /** What that estimate rests on: "as long as its last failover took". */
  downtimeFrom?: string | undefined;
  /** What happened to it lately, oldest first. */
  events?: { at: number; text: string }[] | undefined;
}
export interface CacheState {
  /** Those the pattern means, or all. */
  keys: number | null;
  /** They were too many to count: reckoned from those that were looked at. */
  keysEstimated?: boolean | undefined;
  hitRate: number | null;
  /** Estimated time until it is warm again. */
  rebuildMs: number | null;
}
export interface MountUsage {
  mount: string;
  totalBytes: number;
  usedBytes: number;
  percent: number;
}

/** A page for people to look at. */
export interface DashboardLink {
  title: string;
  href: string;
}

export interface ReadResults {
  'services.list': ServiceHealth[];
  'services.health': ServiceHealth;
  'metrics.query': MetricSeries[];
  'logs.search': {
    /** The newest of those that fit, oldest first. */
    lines: LogLine[];
    /** There are, or may be, older ones that fit. */
    truncated: boolean;
    /** Read for it, where the source counts them. */
    bytes?: number | undefined;
    /** Lines of that time that were looked through for those that fit, where the source counts them. */
    read?: number | undefined;
  };
  'deploys.list': Deploy[];
  'deploys.compare': Comparison;
  'databases.describe': DatabaseState;
  'caches.describe': CacheState;
  'disk.usage': MountUsage[];
  'dashboards.find': DashboardLink[];
}

/**
 * What a change rests on. Preconditions are compared before the step runs: any difference voids the approval.
 * A measurement (error rate, bytes) never belongs here.
 */
export interface FactsOf {
  'services.scale': {
    capacity: number;
    /** Where the source holds the count within bounds, which the step may have to move. */
    min?: number | undefined;
    max?: number | undefined;
  };
  'services.restart': {
    instances: string[];
    /** The newest operation of its kind there was, by its id: after a crash a newer one is ours. */
    before?: string | undefined;
  };
  'deploys.rollback': {
    /** Newest successful deploy now running. */
    latest: string;
    /** The one that will run afterwards. Null: there is none. */
    target: string | null;
    migrations: string[];
    inProgress: string | null;
    /** The deploy in progress is the one undone: it is stopped on its way, and `target` is what ran before it. */
    stops?: boolean | undefined;
    /** As of a restart. */
    before?: string | undefined;
    /** What the two numbers stand for, where the source can tell: a tag may be moved, a number deployed again. */
    revisions?: { undone: string; restored: string } | undefined;
  };
  'caches.flush': { scope: string };
  'databases.failover': { primary: string; to: string | null; replicas: string[] };
  /** Stopped containers, by id: another one that stopped meanwhile was not shown, and would go as well. */
  'disk.prune-docker': { host: string; containers: string[] };
  'disk.vacuum-journal': { host: string };
  'disk.remove-old-files': { host: string; path: string };
}
