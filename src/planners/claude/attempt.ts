// One request and its answer, within its time. Never throws: what went wrong is a value, and what it cost is known.
import type { Clock } from '../../domain/clock.ts';
import type { ModelSpending } from '../../domain/model-budget.ts';
import { spendingOf } from './budget.ts';
import type { Client } from './client.ts';
import { fellSilent, tooSlow } from './outcome.ts';
import type { ModelRequest } from './request.ts';
import { brokenOff, readTrouble, type Trouble } from './trouble.ts';
import { createTurnReader, type Turn } from './turn-reader.ts';

export interface AttemptOptions {
  client: Promise<Client>;
  clock: Clock;
  /** The caller's: it hangs up. */
  signal: AbortSignal;
  /** By the clock. */
  giveUpAt: number;
  deadlineMs: number;
  stallMs: number;
  /** Text of this answer so far, at each piece of it. */
  onText(soFar: string): void;
}

export type Attempt = { spending: ModelSpending | null } & (
  | { kind: 'answered'; turn: Turn }
  | { kind: 'troubled'; trouble: Trouble }
  /** The caller hung up. */
  | { kind: 'hung up' }
);

type Stopped = 'hung up' | 'late' | 'stalled';

export async function attempt(request: ModelRequest, options: AttemptOptions): Promise<Attempt> {
  const reader = createTurnReader();
  const watch = startWatch(options);
  let trouble: Trouble | null = null;
  try {
    await watch.race(read());
  } catch (error) {
    trouble = readTrouble(error);
  } finally {
    watch.end();
  }
  const turn = reader.turn();
  const stopped = watch.stopped();
  if (stopped !== null) trouble = troubleOf(stopped, options);
  else if (trouble === null && turn.stop === null) trouble = brokenOff();
  const spending =
    reader.began() || trouble === null || trouble.billed
      ? spendingOf({
          model: request.model,
          requestBytes: Buffer.byteLength(JSON.stringify(request)),
          said: reader.usage(),
          written: reader.written(),
          whole: trouble === null,
        })
      : null;
  if (stopped === 'hung up') return { kind: 'hung up', spending };
  return trouble ? { kind: 'troubled', trouble, spending } : { kind: 'answered', turn, spending };

  async function read(): Promise<void> {
    const client = await options.client;
    // Loading it is no silence of the API.
    watch.alive();
    const events = await client.events(request, { signal: watch.signal, onBytes: watch.alive });
    for await (const event of events) {
      if (watch.signal.aborted) return;
      if (reader.add(event)) options.onText(reader.text());
    }
  }
}

/** Whatever was sent may have been read there, and costs. */
function troubleOf(stopped: Stopped, { deadlineMs, stallMs }: AttemptOptions): Trouble {
  const failure = stopped === 'stalled' ? fellSilent(stallMs) : tooSlow(deadlineMs);
  return { ...failure, again: false, afterMs: null, billed: true };
}

/** Three ends: the caller hangs up, the conversation's time is over, nothing came for too long. */
function startWatch({ clock, signal, giveUpAt, stallMs }: AttemptOptions) {
  const controller = new AbortController();
  let why: Stopped | null = null;
  let tell: (error: Error) => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    tell = reject;
  });
  aborted.catch(() => {});
  const stop = (reason: Stopped) => {
    why ??= reason;
    controller.abort();
    tell(new Error(reason));
  };
  const hangUp = () => stop('hung up');
  if (signal.aborted) hangUp();
  else signal.addEventListener('abort', hangUp, { once: true });
  const late = setTimeout(() => stop('late'), Math.max(0, giveUpAt - clock.now()));
  let stalled = setTimeout(() => stop('stalled'), stallMs);
  return {
    signal: controller.signal,
    stopped: () => why,
    alive() {
      if (why !== null) return;
      clearTimeout(stalled);
      stalled = setTimeout(() => stop('stalled'), stallMs);
    },
    /** Ends with the watch even where what it waits for does not listen. */
    race(reading: Promise<void>): Promise<void> {
      reading.catch(() => {});
      return Promise.race([reading, aborted]);
    },
    end() {
      clearTimeout(late);
      clearTimeout(stalled);
      signal.removeEventListener('abort', hangUp);
    },
  };
}
