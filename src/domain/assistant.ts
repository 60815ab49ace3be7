// What a model may be asked, and what may come of it: words that code has checked, or a wish that goes the way of any plan. The
// model decides nothing; whatever it says, everything works as it does without one.
import type { Ledger } from './model-budget.ts';
import type { IncidentContext, Kit, Proposal } from './playbook.ts';

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
  /** Content blocks of the answer, as the API gave them. */
  answer: unknown;
  /** What its tool calls were answered with. */
  results: unknown;
}

export interface TalkRecord extends Ledger {
  /** What goes out first. Errors: where it cannot be stored nothing is asked. */
  began(request: { model: string; system: unknown; tools: unknown; user: string }): Promise<void>;
  turn(turn: Turn): Promise<void>;
}

export interface AskOptions {
  signal: AbortSignal;
  record: TalkRecord;
  /** All that was said so far, at most once a second. */
  onText?(soFar: string): void;
}

export type AssistantState =
  | { state: 'ready'; model: string }
  /** Not asked until then. */
  | { state: 'resting'; model: string; until: number; why: string };

export interface Assistant {
  /** Errors: none but of `signal` and of the record. */
  ask(question: Question, kit: Kit, options: AskOptions): Promise<Reply>;
  state(): AssistantState;
}
