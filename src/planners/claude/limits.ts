// The bounds of one conversation.
export interface Limits {
  /** The whole of it, tools included, by the clock. */
  deadlineMs: number;
  /** Without a sign of life from the API. */
  stallMs: number;
  /** Answered requests. */
  turns: number;
  /** Tries after a first one that failed, all turns together. */
  retries: number;
  /** Readings that are run. */
  calls: number;
  /** Of one turn; what is asked above it is told so. */
  callsAtOnce: number;
  /** Calls that cannot be done (no such tool, arguments that do not fit) and are answered; one more ends it. */
  wrongCalls: number;
  /** Request text of all tool results together. */
  resultBytes: number;
  /** Tokens the model may write in one turn, thinking included, and in all. */
  turnTokens: number;
  totalTokens: number;
}

export const DEFAULT_LIMITS: Readonly<Limits> = {
  deadlineMs: 60_000,
  stallMs: 20_000,
  turns: 15,
  retries: 2,
  calls: 30,
  callsAtOnce: 8,
  wrongCalls: 3,
  resultBytes: 24 * 1024,
  turnTokens: 8_192,
  totalTokens: 24_576,
};
