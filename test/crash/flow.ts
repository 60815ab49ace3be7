// A flow is a script with instants on the left, as a transcript has: what people say and monitoring sends, and when.
import type { IncomingAlert } from '../../src/domain/alert.ts';
import type { ChangeCapability } from '../../src/domain/capability.ts';
import type { Pressed } from '../../src/domain/chat.ts';
import type { Notice } from '../../src/domain/notice.ts';
import type { Timer } from '../support/start-engine.ts';
import type { AddResource } from '../support/team.ts';
import type { World } from '../support/world.ts';

export type Move = { at: number } & (
  | {
      kind: 'say';
      user: string;
      text: string;
      room?: string;
      incidentId?: number;
      pressed?: Pressed;
      toUs?: true;
    }
  | { kind: 'alert'; alert: Partial<IncomingAlert> & { title: string } }
  | { kind: 'notice'; notice: Notice }
  /** A channel says that something of it does not work, from then until that instant, in each life anew. */
  | { kind: 'trouble'; text: string; until: number }
  | { kind: 'trouble over' }
  | { kind: 'happen'; what: string; change(world: World): void }
);

export interface Flow {
  name: string;
  /** What it needs beside the team. */
  configure?(add: AddResource): Promise<void>;
  /** In the order of time; `at` in ms after the start. */
  script: readonly Move[];
  endsAt: number;
  timers?: readonly Timer[];
  /** Capabilities whose tools cannot say what became of a call. */
  withoutReconcile?: readonly ChangeCapability[];
  /** What people type when a plan ends in doubt. Default: no plan may. */
  inDoubt?: 'done' | 'retry';
  /** The chat takes nothing until somebody was paged by mail. */
  chatDown?: boolean;
  /** There is a pager that keeps incidents of its own. */
  pager?: boolean;
  /** There is a model. It is asked beside all else, in no fixed order: two lives may part before the same point. */
  model?: boolean;
  /** The chat cannot be searched for our own posts. */
  blindChannel?: boolean;
  /** Plans that run, each by itself, when all is well. Default: one. */
  runs?: number;
  /** Stands in a post or in the record when all is well. */
  says?: string;
  /** Changes the calm run makes, in their order. */
  effects: readonly ChangeCapability[];
}

/** The sources that say what is no chat. */
export const SENDERS = { alert: 'Prometheus', notice: 'AWS alarms' } as const;

/** When every flow begins. */
export const STARTS_AT = Date.parse('2026-11-23T03:14:00Z');

export const seconds = (count: number): number => count * 1000;
export const minutes = (count: number): number => count * 60_000;
