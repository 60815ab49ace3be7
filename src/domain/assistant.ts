// What a model may be asked, and what may come of it: words that code has checked, or a wish that goes the way of any plan. The
// model decides nothing; whatever it says, everything works as it does without one.
import type { Ledger } from './model-budget.ts';
import type { ModelTrouble } from './model-note.ts';
import type { IncidentContext, Kit, Proposal } from './playbook.ts';
import type { Service } from './resource.ts';

/** What the words are for; part of what is kept, so that people find it again. */
export type Purpose = 'command' | 'speech' | 'remarks' | 'narrative' | 'closing' | 'compile';

export interface Question {
  purpose: Purpose;
  /** Whose instructions are followed. `model`: null is the default one. */
  agent: { name: string; instructions: string; model: string | null };
  /** The command that was typed; null: none was, or it is about no command. */
  command: { name: string; trigger: string; instructions: string } | null;
  /** As a person typed them; empty: nobody asked. */
  words: string;
  incident: IncidentContext | null;
  /**
   * What is known already. `trusted`: written by our code from facts, such as a plan's steps; else it comes from outside, at
   * least in part, and is data.
   */
  known: readonly { label: string; text: string; trusted?: boolean }[];
  /** Commands that may carry out what it proposes; none: it may only speak. */
  commands: readonly OfferedCommand[];
}

/** A command as the model sees it: what it can change, and how a person would type it. */
export interface OfferedCommand {
  name: string;
  trigger: string;
  /** Null: it has no playbook, and any change of its sources is its own. */
  playbook: string | null;
}

export interface Cost {
  tokens: number;
  microDollars: number;
}

export type Reply =
  /** `struck`: statements that no reading holds, taken out or marked. */
  | { kind: 'said'; text: string; struck: number; cost: Cost }
  /** For `command`, by name; `remark`: what it says of it, checked as well. */
  | {
      kind: 'proposed';
      command: string;
      proposal: Proposal;
      /** What a person would have typed instead, where there is such a line. */
      line: string | null;
      remark: string;
      struck: number;
      cost: Cost;
    }
  /** It was not asked, or did not answer. One line for people. */
  | { kind: 'silent'; sentence: string; cost: Cost };

/** One request of a conversation as it went out, and what came back: enough to say it again without a model. */
export interface Turn {
  /** Content blocks of the answer, as the API gave them, cleaned. */
  answer: unknown;
  /** What its tool calls were answered with. */
  results: unknown;
  /** Why it ended: `end_turn`, `tool_use`. Absent here and below: from before this was kept. */
  stop?: string | null;
  /** What the model wrote, of which there is a limit for a conversation. */
  outputTokens?: number;
  /** SHA-256 of the request, without what the API signed in it. */
  sent?: string;
  /** What the readings up to here named: ids of deploys and replicas, and services. */
  seen?: { ids: string[]; services: string[] };
  /** What a playbook read to make a plan of what was proposed. */
  planned?: KeptRead[];
}

export interface KeptRead {
  capability: string;
  args: unknown;
  /** `ReadAnswer`s. */
  answers: unknown;
}

/** What a conversation is asked with: the request as it goes out, and all that it was made of. */
export interface TalkRequest {
  model: string;
  system: unknown;
  tools: unknown;
  user: string;
  /** The word between whose marks outside text stood. */
  nonce: string;
  question: Question;
  kit: KeptKit;
}

/** The part of a kit that is not asked anybody. */
export interface KeptKit {
  now: number;
  zone: string;
  /** Without their bindings, which no playbook reads. */
  services: Service[];
  sources: string[];
  /** Null: all, by their own names. */
  commands: { playbook: string; trigger: string }[] | null;
  /** Which source each change would go to. */
  changers: { capability: string; service: string | null; source: string }[];
}

export interface TalkRecord extends Ledger {
  /** What goes out first. Errors: where it cannot be stored nothing is asked. */
  began(request: TalkRequest): Promise<void>;
  turn(turn: Turn): Promise<void>;
  /** Of the last turn, whose proposal it was read for. */
  planned(reads: readonly KeptRead[]): Promise<void>;
}

export interface AskOptions {
  signal: AbortSignal;
  record: TalkRecord;
  /** All that was said so far, at most once a second. */
  onText?(soFar: string): void;
}

export type AssistantState = (
  | { state: 'ready'; model: string }
  /** Not asked until then. */
  | { state: 'resting'; model: string; until: number }
) & {
  /** Why the newest conversation with a model came to nothing, and what to look at; absent: it came to something. */
  trouble?: ModelTrouble;
};

export interface Assistant {
  /** Errors: none but of `signal` and of the record. */
  ask(question: Question, kit: Kit, options: AskOptions): Promise<Reply>;
  state(): AssistantState;
}
