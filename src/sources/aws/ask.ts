// One call to AWS: patient with throttles and lost connections, and plain about what is not known afterwards.
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../domain/clock.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import { type Fault, readFault } from './faults.ts';

export interface AskParts {
  source: string;
  region: string;
  clock: Clock;
  /** From 0 to 1. */
  random(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** The next call reads the credentials anew. */
  forgetCredentials(): void;
  /** Takes every credential out of a text. */
  hide(text: string): string;
}

export interface AskOptions {
  abortSignal: AbortSignal;
  /** Of one try, in milliseconds. */
  requestTimeout: number;
}

export type Ask = <O>(
  what: string,
  run: (options: AskOptions) => Promise<O>,
  call: Call,
  options?: { changes?: boolean },
) => Promise<O>;

/** A reading is given up before a chat's own deadline of 8 s, so that its sentence is ours. */
const READ_PATIENCE_MS = 6500;
/** A change that AWS does not take for this long is not done. */
const CHANGE_PATIENCE_MS = 60_000;
/** Short enough for a second try within that patience. */
const READ_TIMEOUT_MS = 4000;
const CHANGE_TIMEOUT_MS = 30_000;
const LEAST_TIMEOUT_MS = 250;
const MOST_TRIES = 12;

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 20_000;

/** Adaptive: a throttle slows every call of this source, a success lets it be faster again by half. */
export function createAsk(parts: AskParts): Ask {
  const { clock } = parts;
  const pace = { notBefore: 0, pauseMs: 0 };

  function slower(retryAfterMs: number | null): void {
    pace.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pace.pauseMs * 2));
    // Spread out, so that calls that were refused together do not come back together.
    const ms = Math.max(retryAfterMs ?? 0, pace.pauseMs * (0.5 + parts.random() / 2));
    pace.notBefore = Math.max(pace.notBefore, clock.now() + ms);
  }

  return async (what, run, call, { changes = false } = {}) => {
    const { signal } = call;
    const patienceMs = changes ? CHANGE_PATIENCE_MS : READ_PATIENCE_MS;
    const giveUpAt = clock.now() + patienceMs;
    const say = (fault: Fault, tries: number) => asToolError(fault, { ...parts, what, tries, changes });
    let renewed = false;
    let last: Fault = { kind: 'unreachable', detail: 'no time was left' };
    for (let tries = 1; ; tries++) {
      const pause = pace.notBefore - clock.now();
      if (pause > 0) await parts.wait(Math.min(pause, Math.max(0, giveUpAt - clock.now())), signal);
      if (signal.aborted || (tries > 1 && clock.now() >= giveUpAt)) throw say(last, tries - 1);
      try {
        const left = Math.max(LEAST_TIMEOUT_MS, giveUpAt - clock.now());
        const requestTimeout = changes ? CHANGE_TIMEOUT_MS : Math.min(READ_TIMEOUT_MS, left);
        const output = await untilAborted(run({ abortSignal: signal, requestTimeout }), signal);
        pace.pauseMs = pace.pauseMs > FIRST_PAUSE_MS ? pace.pauseMs / 2 : 0;
        return output;
      } catch (error) {
        const fault: Fault = signal.aborted
          ? { kind: 'lost', detail: 'no answer in the time there was' }
          : readFault(error, parts.hide);
        last = fault;
        if (signal.aborted || tries >= MOST_TRIES) throw say(fault, tries);
        if (fault.kind === 'expired' && !renewed) {
          // The chain may have newer ones by now. It was refused, so a change may be asked again too.
          renewed = true;
          parts.forgetCredentials();
          continue;
        }
        if (!mayRepeat(fault, changes)) throw say(fault, tries);
        slower(fault.kind === 'throttled' ? fault.retryAfterMs : null);
      }
    }
  };
}

/** A change whose answer was lost may have been done: only a reading is asked again. */
function mayRepeat(fault: Fault, changes: boolean): boolean {
  if (fault.kind === 'throttled' || fault.kind === 'unreachable' || fault.kind === 'skewed') return true;
  return fault.kind === 'lost' && !changes;
}

/** Ends with the signal even where the SDK does not listen to it (it looks for credentials, say). */
async function untilAborted<O>(running: Promise<O>, signal: AbortSignal): Promise<O> {
  let stop = () => {};
  // Fifty services are asked about under one signal; Node would call that a leak.
  setMaxListeners(0, signal);
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new Error('aborted'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([running, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    running.catch(() => {});
  }
}

interface Said {
  source: string;
  region: string;
  what: string;
  tries: number;
  changes: boolean;
}

function asToolError(fault: Fault, { source, region, what, tries, changes }: Said): ToolError {
  const open = changes ? `Not done: ${what}` : `Not known: ${what}`;
  const times = tries > 1 ? `, asked ${tries} times` : '';
  // Not the SDK's own error: it holds the request, and that its session token.
  const error = (outcome: 'retry' | 'failed' | 'unknown', text: string) =>
    new ToolError(outcome, text, { cause: { fault } });
  switch (fault.kind) {
    case 'throttled':
      return error('retry', `${source} slows us down (too many requests)${times}. ${open}`);
    case 'unreachable':
      return error('retry', `${source} cannot be reached in ${region} (${fault.detail})${times}. ${open}`);
    case 'lost':
      return changes
        ? error(
            'unknown',
            `the answer of ${source} was lost (${fault.detail}): whether it took ${what} is not known`,
          )
        : error('retry', `${source} did not answer in ${region} (${fault.detail})${times}. ${open}`);
    case 'too-large':
      return changes
        ? error(
            'unknown',
            `the answer of ${source} is too large (${fault.detail}): whether it took ${what} is not known`,
          )
        : error('failed', `the answer of ${source} is too large (${fault.detail}). ${open}`);
    case 'skewed':
      return error(
        'failed',
        `the clock of this machine and that of ${source} differ too much (${fault.detail}): set it, by NTP say. ${open}`,
      );
    case 'expired':
      return error(
        'failed',
        `the credentials of ${source} have expired: log in again (aws sso login, say) where the daemon runs. ${open}`,
      );
    case 'no-credentials':
      return error('failed', `${source} has no credentials that AWS takes (${fault.detail}). ${open}`);
    case 'denied':
      return error(
        'failed',
        `${source} may not do this (${fault.detail}); openclaw source policy "${source}" prints what it needs. ${open}`,
      );
    case 'missing':
      return error('failed', `${source} has no such thing (${fault.detail}). ${open}`);
    case 'refused':
      return error('failed', `${source} refused ${what}: ${fault.code}: ${fault.detail}`);
    default:
      return fault satisfies never;
  }
}

/** The fault behind an error of `ask`; null: it is another error. */
export function faultOf(error: unknown): Fault | null {
  if (!(error instanceof ToolError) || typeof error.cause !== 'object' || error.cause === null) return null;
  return 'fault' in error.cause ? (error.cause.fault as Fault) : null;
}

/** Whether AWS said that what was asked for does not exist. */
export function isMissing(error: unknown): boolean {
  return faultOf(error)?.kind === 'missing';
}

export function isDenied(error: unknown): boolean {
  return faultOf(error)?.kind === 'denied';
}
