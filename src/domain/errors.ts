// The errors of the product. UserError is for people and ends a command with its exit code;
// ToolError is an adapter's word on what became of a call. Anything else thrown is a bug.

export type ErrorType = 'failed' | 'usage' | 'not-found' | 'refused' | 'waiting' | 'locked';

/** Process exit codes, the same for every command. 78 is what supervisors read as "do not restart". */
export const exitCodeOf: Readonly<Record<ErrorType, number>> = {
  failed: 1,
  usage: 2,
  'not-found': 3,
  refused: 4,
  waiting: 5,
  locked: 78,
};

/** `message` says what happened and why, `hint` what to type next. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string | undefined;
  readonly type: ErrorType;

  constructor(message: string, hint?: string, type: ErrorType = 'failed') {
    super(message);
    this.hint = hint;
    this.type = type;
  }
}

export type ToolOutcome = 'retry' | 'failed' | 'unknown';

/** What is refused until a person mends it: all that is asked there, as with a token; one room; one sort of call. */
export type Mendable = 'access' | 'room' | 'right';

/**
 * `retry`: nothing changed and the same call may be made again. `failed`: nothing changed and a repeat
 * would fail too. `unknown`: the call may have taken effect; a person or `reconcile` decides.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly outcome: ToolOutcome;
  readonly retryAfterMs: number | undefined;
  /** Of `failed`: it is taken once somebody has mended that. */
  readonly mendable: Mendable | undefined;

  constructor(
    outcome: ToolOutcome,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number; mendable?: Mendable | undefined } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.outcome = outcome;
    this.retryAfterMs = options.retryAfterMs;
    this.mendable = options.mendable;
  }
}

export function usageError(message: string, hint?: string): UserError {
  return new UserError(message, hint, 'usage');
}

export function notFound(message: string, hint?: string): UserError {
  return new UserError(message, hint, 'not-found');
}

export function refused(message: string, hint?: string): UserError {
  return new UserError(message, hint, 'refused');
}

/** Closes an exhaustive `switch`: the compiler refuses a case that was forgotten. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${String(value)}`);
}
