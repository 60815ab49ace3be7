const EXECUTION_STATES = ['started', 'succeeded', 'failed', 'unknown'] as const;
export type ExecutionState = (typeof EXECUTION_STATES)[number];

/** One attempt at one step, written before it runs. Its id is the key the source gets. */
export interface Execution {
  id: string;
  planId: number;
  step: number;
  state: ExecutionState;
  capability: string;
  source: string;
  /** `source/target id`: what locks, cooldowns and caps count per. */
  target: string;
  autoFix: string | null;
  /** Arguments and facts it ran with: the caps of later plans are computed from them. */
  args: Record<string, unknown>;
  facts: Record<string, unknown>;
  summary: string | null;
  /** Who said what became of an unknown one. */
  settledBy: string | null;
  /** What a disk step freed; null: it did not say, or frees nothing. */
  freedBytes: number | null;
  startedAt: number;
  endedAt: number | null;
}
