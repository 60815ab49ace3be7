// A dead man's switch: an address elsewhere is called each minute while all is well here, and raises the alarm when
// the calls stop. So it is never called on faith: only after what pages people was seen to work.
import type { Clock } from '../domain/clock.ts';
import { UserError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import type { LogEntry } from '../engine/engine.ts';
import type { Store } from '../store/store.ts';
import { resolveSecret } from './secrets.ts';

export interface Heartbeat {
  /** One beat. Never throws. At most one at a time: a second one meanwhile does nothing. */
  beat(): Promise<void>;
}

/** Whose warning it is in the settings. */
export const HEARTBEAT_WARNING = 'heartbeat-url';
export const BEAT_EVERY_MS = 60_000;
/** The audit runs every 30 s, through the worker, and ends in a commit: older than this, one of the three is stuck. */
const FRESH_MS = 90_000;
const DEADLINE_MS = 10_000;
const REDIRECTS = 3;

export function createHeartbeat(parts: {
  url: URL;
  store: Store;
  clock: Clock;
  log(entry: LogEntry): void;
  /** Default 10 s. */
  deadlineMs?: number;
}): Heartbeat {
  const { url, store, clock, log } = parts;
  let beating = false;
  /** Undefined: nothing was tried since the start, and a warning of the last life may stand. */
  let failing: string | null | undefined;

  async function beatOnce(): Promise<void> {
    const ill = await whyIll(store, clock);
    if (ill !== null) {
      failing = ill;
      return log({ level: 'error', event: 'heartbeat-withheld', why: ill });
    }
    const why = await call(url, parts.deadlineMs ?? DEADLINE_MS);
    if (why === failing) return;
    failing = why;
    const text = `the heartbeat to ${hostOf(url)} fails: ${why}. Whoever watches it will raise the alarm; check the address of --heartbeat-url`;
    await store.write((tx) => tx.settings.warn(HEARTBEAT_WARNING, why === null ? null : text));
    log({
      level: why === null ? 'info' : 'warn',
      event: why === null ? 'heartbeat-sent' : 'heartbeat-failed',
      host: hostOf(url),
      ...(why === null ? {} : { why }),
    });
  }

  return {
    async beat() {
      if (beating) return;
      beating = true;
      try {
        await beatOnce();
      } catch (error) {
        log({ level: 'error', event: 'heartbeat-withheld', why: redact(String(error)) });
      } finally {
        beating = false;
      }
    },
  };
}

/** Null: the audit is recent, and a write works. */
async function whyIll(store: Store, clock: Clock): Promise<string | null> {
  const now = clock.now();
  const seen = (await store.read.settings.get('heartbeat'))?.at;
  if (seen === undefined || Math.abs(now - seen) > FRESH_MS)
    return 'the self-audit did not run for over 90 seconds';
  await store.write((tx) => tx.settings.set('beat', { at: now }));
  return null;
}

/** Null: it took the call. The reason never holds the address: its path is what opens it. */
async function call(url: URL, deadlineMs: number): Promise<string | null> {
  const signal = AbortSignal.timeout(deadlineMs);
  let target = url;
  try {
    for (let hop = 0; hop <= REDIRECTS; hop++) {
      const answer = await fetch(target, {
        redirect: 'manual',
        signal,
        headers: { 'user-agent': 'openclaw', accept: '*/*' },
      });
      await answer.body?.cancel();
      if (answer.ok) return null;
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status > 399 || location === null)
        return `it answers ${answer.status}`;
      const next = new URL(location, target);
      if (next.host !== url.host || (url.protocol === 'https:' && next.protocol !== 'https:'))
        return 'it redirects to another host, which is not followed';
      target = next;
    }
    return 'it redirects without an end';
  } catch (error) {
    if (signal.aborted) return `no answer within ${Math.round(deadlineMs / 1000)} seconds`;
    const cause = error instanceof Error ? error.cause : null;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
    return `it cannot be reached${code ? ` (${code})` : ''}`;
  }
}

/** From `--heartbeat-url`: the address, or where it is found. Errors: UserError that never repeats the address. */
export async function heartbeatUrl(
  given: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<URL> {
  const isReference = /^(env|file):/.test(given);
  const text = (isReference ? await resolveSecret(given, env) : given).trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url === null ||
    !['https:', 'http:'].includes(url.protocol) ||
    url.username !== '' ||
    url.password !== ''
  )
    throw new UserError(
      '--heartbeat-url is no address that can be called',
      '--heartbeat-url https://hc-ping.com/your-uuid, without user and password; or env:NAME, or file:/path',
      'usage',
    );
  return url;
}

function hostOf(url: URL): string {
  return `${url.protocol}//${url.host}/…`;
}
