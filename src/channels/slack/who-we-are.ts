// Our own bot user and its workspace. A workspace that is moved or merged has another id afterwards, and its people are no
// strangers then: it is asked for again when somebody of another one speaks.
import type { Clock } from '../../domain/clock.ts';
import type { SlackCall } from './calls.ts';

export interface Self {
  user: string;
  team: string;
}

export interface Identity {
  /** Asked again until it was answered. */
  now(): Promise<Self>;
  /** As Slack says it now; as it was where it does not say, or was asked a moment ago. */
  again(): Promise<Self>;
}

/** Strangers of a shared conversation must not make us ask all the time. */
const SELDOM_MS = 60_000;
/** Of the three seconds that Slack waits. */
const WITHIN_MS = 1000;

export function whoWeAre(call: SlackCall, clock: Clock): Identity {
  let known: Promise<Self> | undefined;
  let askedAt = 0;

  async function ask(signal?: AbortSignal): Promise<Self> {
    askedAt = clock.now();
    const { user_id: user, team_id: team } = await call('auth.test', {}, signal);
    return { user: String(user), team: String(team) };
  }

  function now(): Promise<Self> {
    known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  return {
    now,
    async again() {
      const before = await now();
      const since = clock.now() - askedAt;
      if (since >= 0 && since < SELDOM_MS) return before;
      const said = await ask(AbortSignal.timeout(WITHIN_MS)).catch(() => before);
      known = Promise.resolve(said);
      return said;
    },
  };
}
