// A playbook turns what a person typed into an answer or into steps. It sees reads, never a change or a credential.
import type { ChangeCapability, ReadArgs, ReadCapability, ReadResults } from './capability.ts';
import type { Message } from './message.ts';
import type { Note, SuccessTest } from './plan.ts';
import type { Service } from './resource.ts';
import type { Severity } from './severity.ts';
import type { LogReading } from './tool.ts';

export interface IncidentContext {
  id: number;
  title: string;
  severity: Severity;
  service: string | null;
  startedAt: number;
  /** The comparison that opened it (`error_rate > 5`), where one of our rules did: the watch's goal is its opposite. */
  goal: { metric: string; op: '>' | '>=' | '<' | '<='; value: number; unit: string } | null;
}

export interface PlaybookRequest {
  trigger: string;
  /** What was typed after the trigger, split by `tokenize`. */
  words: string[];
  incident: IncidentContext | null;
}

/** Any planner's wish. Unchecked: code parses the arguments, computes the risk and picks the source. */
export interface StepRequest {
  capability: string;
  args: Record<string, unknown>;
}

export type Proposal =
  | { kind: 'answer'; message: Message }
  | { kind: 'refusal'; why: string; detail: string; instead: string }
  | { kind: 'question'; question: string; choices: string[] }
  | {
      kind: 'steps';
      title: string;
      service: string | null;
      steps: StepRequest[];
      /** Shown on the card, not part of the digest: the diff, what was left out. */
      notes: Note[];
      success: SuccessTest;
    };

export type ReadAnswer<C extends ReadCapability> =
  | { source: string; ok: true; result: ReadResults[C] }
  | { source: string; ok: false; why: string };

export interface ReadOptions {
  /** Default: 8 s, and no longer than that without a word: a source that reads on says how far it is. */
  withinMs?: number | undefined;
  /** Of `logs.search`, for each source by its name. */
  logs?: ((source: string) => LogReading) | undefined;
}

/** What a playbook may use. Every read has a deadline; a source that fails is an answer, not an exception. */
export interface Kit {
  now: number;
  /** IANA zone of the times people type and read; default: UTC. */
  zone?: string | undefined;
  services: readonly Service[];
  /** Sources of the command that are configured, in its order. */
  sources: readonly string[];
  /** Asks every source of the command that has the capability and knows the service, in order. Empty: none has. */
  read<C extends ReadCapability>(
    capability: C,
    args: ReadArgs<C>,
    options?: ReadOptions,
  ): Promise<ReadAnswer<C>[]>;
  /**
   * For what takes longer than a moment: who asked sees how far it is. `after`: what stays of it in the end; default: the text.
   * Not given: nobody waits for it.
   */
  progress?(text: string, after?: string): void;
  /** Commands that can be typed, with the playbook each means. Not given: all, by their own names. */
  commands?: readonly { playbook: string; trigger: string }[] | undefined;
  /** The source a change of this service would go to; null: none of the command's sources can. */
  changer(capability: ChangeCapability, service: string | null): string | null;
  overview(): Promise<Overview>;
  /** What we did to a service ourselves since then, and what others told us was changed there; oldest first. */
  changes?(service: string, sinceAt: number): Promise<KnownChange[]>;
}

export interface KnownChange {
  at: number;
  /** "scaled shop to 6 (auto-fix "Scale out")", on one line. From outside: clean it. */
  text: string;
}

/** What `/status` shows of ourselves. */
export interface Overview {
  openIncidents: {
    id: number;
    title: string;
    severity: Severity;
    ackedBy: string | null;
    openedAt: number;
  }[];
  waitingApprovals: { id: number; title: string }[];
  frozen: { reason: string; by: string } | null;
  warnings: string[];
}

export interface Playbook {
  /** The trigger without its slash. */
  name: string;
  /** `/scale [service] <count> [--reason "why"]` */
  usage: string;
  summary: string;
  changes: boolean;
  propose(request: PlaybookRequest, kit: Kit): Promise<Proposal>;
}

/** Who proposes steps: the playbooks, a model, or in a test an adversary. */
export interface Planner {
  /** Whether it has a playbook for that. */
  knows(command: { trigger: string; playbook?: string | null | undefined }): boolean;
  /** Whether what it has for that command changes nothing, ever. */
  onlyReads(command: { trigger: string; playbook?: string | null | undefined }): boolean;
  propose(
    request: PlaybookRequest & { playbook: string | null; instructions: string },
    kit: Kit,
  ): Promise<Proposal>;
}
