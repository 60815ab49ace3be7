// One pair of source and capability is a tool. Sources make them; only the executor runs a change.
import type {
  Capability,
  ChangeArgs,
  ChangeCapability,
  FactsOf,
  LogLine,
  ReadArgs,
  ReadCapability,
  ReadResults,
} from './capability.ts';
import type { Service } from './resource.ts';

export interface Call {
  /** Aborted at the deadline and at shutdown. */
  signal: AbortSignal;
  /** Of `logs.search`, where more is wanted than one answer holds. A source that cannot gives its answer alone. */
  logs?: LogReading | undefined;
}

/** Takes logs of any size while they are read. */
export interface LogReading {
  /**
   * Gets every line that fits, also those that the answer then holds: in batches of which the newest come first, each in
   * the order of its file. False: enough, and the answer is `truncated`.
   */
  each(lines: readonly LogLine[]): boolean;
  /** Called several times a second while it reads. `backTo`: everything since that instant was read; null: not known. */
  progress(read: { bytes: number; backTo: number | null }): void;
}

export interface ReadTool<C extends ReadCapability = ReadCapability> {
  kind: 'read';
  capability: C;
  source: string;
  /** Whether this source knows the service (by binding or by its own rules). Absent: needs none. */
  serves?(service: Service): boolean;
  /** Errors: ToolError. `service` is undefined only for capabilities without one. */
  read(args: ReadArgs<C>, service: Service | undefined, call: Call): Promise<ReadResults[C]>;
}

/** Immutable ids of what will be changed, as the source knows it. Part of the digest. */
export interface Target {
  id: string;
  /** For people. */
  label: string;
}

/** A line of the preview: what will change, and how well that is known. */
export interface PreviewLine {
  text: string;
  how: 'measured' | 'estimated' | 'unknown';
  /** What a disk step would free. */
  bytes?: number | undefined;
}

export interface Inspection<C extends ChangeCapability = ChangeCapability> {
  target: Target;
  facts: FactsOf[C];
  preview: PreviewLine[];
  /** Set: there is nothing to do here (no docker, say); the step is left out and this is said. */
  absent?: string | undefined;
}

export interface ChangeOutcome {
  /** One line in past tense: "rolled back deploy #492, now running #491". */
  summary: string;
  freedBytes?: number | undefined;
}

export type Reconciliation = 'succeeded' | 'failed' | 'not-started' | 'running' | 'unknown';

export interface ChangeTool<C extends ChangeCapability = ChangeCapability> {
  kind: 'change';
  capability: C;
  source: string;
  /** Part of the digest: raise it when the meaning of a call changes. */
  version: number;
  serves?(service: Service): boolean;
  /** Reads everything a plan shows and rests on. Changes nothing. */
  inspect(args: ChangeArgs<C>, service: Service | undefined, call: Call): Promise<Inspection<C>>;
  /**
   * Does it. `key` is the execution's id: the same key never does it twice where the source can tell.
   * Errors: ToolError 'failed' (surely not done), 'retry' (surely not done, may be tried), 'unknown'.
   */
  run(
    args: ChangeArgs<C>,
    service: Service | undefined,
    facts: FactsOf[C],
    call: Call & { key: string },
  ): Promise<ChangeOutcome>;
  /**
   * How long what was sent there may not be seen there yet. A "not-started" of what began later than that ago is asked
   * about once more: believed at once, it would have it done twice. Default: 0.
   */
  shownAfterMs?: number | undefined;
  /** After a crash: what became of the execution with this key. Absent: nobody can tell. */
  reconcile?(
    args: ChangeArgs<C>,
    service: Service | undefined,
    facts: FactsOf[C],
    call: Call & { key: string },
  ): Promise<Reconciliation>;
}

export type Tool =
  | { [C in ReadCapability]: ReadTool<C> }[ReadCapability]
  | { [C in ChangeCapability]: ChangeTool<C> }[ChangeCapability];

/** What a source folder exports: a connection to one system. */
export interface SourceAdapter {
  name: string;
  type: string;
  tools: readonly Tool[];
  /**
   * Values for alert rules and auto-fixes, per target. `metrics`: the names that conditions speak of, in lower case; a
   * source that has to ask for each measures these alone. Not given: all it has.
   */
  measure?(call: Call & { metrics?: readonly string[] | undefined }): Promise<Measurement[]>;
  /** It also tells us alerts by itself: that we can ask it says nothing of whether those still come. */
  tellsAlerts?: boolean | undefined;
  /** Marks a moment where its graphs are looked at. The same key is the same mark, sent again or not. Errors: ToolError. */
  annotate?(mark: Mark, call: Call): Promise<void>;
  /**
   * For `source test`: asks the other side, and changes nothing. `uses`: what it is used for, where that is known.
   * Errors: ToolError when it cannot be asked at all, UserError where its hint helps.
   */
  check?(call: Call, uses?: readonly Capability[]): Promise<SourceCheck>;
  /** For `source policy`: the least rights for these capabilities, in the other side's own form. Asks nobody. */
  policy?(uses: readonly Capability[]): SourcePolicy;
  close(): Promise<void>;
}

/** Whom the other side takes us for, and what does not work there. */
export interface SourceCheck {
  /** Such as account, region, login, version. */
  facts: { name: string; value: string }[];
  /** Empty: all that the source is used for works. `fix`: what to do or type. */
  problems: { text: string; fix: string }[];
}

/** Of an incident or an action of ours. */
export interface Mark {
  /** Unique beyond this installation, and a tag of it. */
  key: string;
  text: string;
  tags: string[];
  /** Instants; `endAt` null: a moment, or not over yet. */
  at: number;
  endAt: number | null;
}

/** Printed as it is: what to give to the other side, and what to know about it. */
export interface SourcePolicy {
  document: object;
  notes: string[];
}

/** One polled value: of a service, or of a part of the source itself (a mount, the host). */
export interface Measurement {
  metric: string;
  unit: string;
  value: number | boolean;
  /** The service's name, or null. */
  service: string | null;
  /** `/`, `web-prod-01`, the service's name: what a limit or a cooldown counts per. */
  target: string;
}

/** Where a source that keeps no history of its own reads what was polled. Oldest first. */
export interface SampleHistory {
  read(query: {
    source: string;
    target: string;
    metric: string;
    sinceAt: number;
  }): Promise<{ at: number; value: number }[]>;
}
