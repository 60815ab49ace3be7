// What every handler gets, and what it gives back.
import type { Assistant } from '../domain/assistant.ts';
import type { ChannelAdapter } from '../domain/channel.ts';
import type { Clock } from '../domain/clock.ts';
import type { HttpsGet } from '../domain/https-get.ts';
import type { Planner } from '../domain/playbook.ts';
import type { SourceAdapter } from '../domain/tool.ts';
import type { Job, JobKind } from '../store/jobs.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Space } from './low-space.ts';

/** What the configured resources became. Replaced as a whole when they change. */
export interface Adapters {
  sources: readonly SourceAdapter[];
  channels: readonly ChannelAdapter[];
}

export interface LogEntry {
  level: 'info' | 'warn' | 'error';
  event: string;
  [detail: string]: unknown;
}

export interface Engine {
  clock: Clock;
  store: Store;
  adapters(): Adapters;
  planner: Planner;
  /** Null, or not given: there is no model, and nothing is missed. */
  assistant?: Assistant | null;
  log(entry: LogEntry): void;
  /** Name of this start: owner of the jobs it runs. */
  startId: string;
  /** `HH:MM` of cards and timelines. */
  zone: string;
  /** How long what came in is kept as it came. Default: 30 days. */
  keepRawMs?: number;
  /** Alerts come in so fast that taking them in goes before working through them. Default: never. */
  givesWay?(): boolean;
  /** Calls `each` once a second until what it gives is called. Default: a timer of Node's. */
  beat?(each: () => void): () => void;
  /** Not given: nothing is fetched, and what needs it is tried again. */
  httpsGet?: HttpsGet;
  /** Free where the state is; null, or not given: not known. */
  space?(): Promise<Space | null>;
}

/** The last commit of a handler: it closes the job in the same transaction. */
export type Commit = (tx: Tables) => Promise<void>;

export interface Run {
  job: Job;
  /** Aborted when the daemon has waited long enough for running calls. */
  signal: AbortSignal;
  /** A commit in the middle, refused when the job is no longer ours. */
  commit<T>(work: (tx: Tables) => Promise<T>): Promise<T>;
}

/** Does its reading and calling first, then returns one commit. Errors: see `worker.ts`. */
export type Handler = (run: Run, engine: Engine) => Promise<Commit>;
export type Handlers = Record<JobKind, Handler>;

/** While alerts pour in, ordinary work begins this seldom: they wait for each commit of ours. */
export const GIVE_WAY_MS = 40;

export const nothing: Commit = async () => {};
