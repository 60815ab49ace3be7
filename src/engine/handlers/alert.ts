// Works through the alerts that arrived, in batches: everything that came of one batch commits together.
import type { IncomingAlert } from '../../domain/alert.ts';
import { defaultChannel } from '../../domain/destination.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import type { Tables } from '../../store/tables.ts';
import { armEnd, isSentAgain } from '../alerts/end.ts';
import { readSetup, redactAlert, type Setup } from '../alerts/setup.ts';
import { take } from '../alerts/take.ts';
import { type BadAlert, setAside, whyNot } from '../bad-alerts.ts';
import type { Engine, Handler } from '../engine.ts';
import { GIVE_WAY_MS, nothing } from '../engine.ts';
import { RULE_SOURCE_PREFIX } from '../incident-context.ts';
import { endStorm } from '../storm.ts';
import { POLL_KEY } from './poll.ts';

const BATCH = 200;
/** While alerts pour in: so few at a time that who sends them hardly waits for it. */
const SMALL_BATCH = 20;
const LOOK_AFTER_MS = 1000;

export const alert: Handler = async (run, engine) => {
  const { read } = engine.store;
  const givesWay = engine.givesWay?.() ?? false;
  const most = givesWay ? SMALL_BATCH : BATCH;
  const entries = await read.inbox.unhandled('alert', most);
  if (entries.length === 0) return nothing;
  const setup = await readSetup(read);
  // After an error each stands alone: one that cannot be taken in must not hold back the others.
  const alone = run.job.attempts > 1;
  const bad: BadAlert[] = [];
  if (alone) {
    for (const entry of entries) {
      const why = await run.commit((tx) => takeAll(tx, [entry], setup, engine)).catch(whyNot);
      if (why !== undefined) bad.push({ entry, why });
    }
  }
  return async (tx) => {
    if (!alone) await takeAll(tx, entries, setup, engine);
    await setAside(tx, bad, defaultChannel(setup.channels), engine);
    if (entries.length === most) {
      const runAt = engine.clock.now() + (givesWay ? GIVE_WAY_MS : 0);
      await tx.jobs.add('alert', {}, { key: 'alerts', lane: 'alerts', priority: 1, runAt });
    }
  };
};

async function takeAll(
  tx: Tables,
  entries: readonly InboxEntry[],
  found: Omit<Setup, 'storm'>,
  engine: Engine,
): Promise<void> {
  const setup: Setup = { ...found, storm: new Map() };
  for (const { source, body } of entries) {
    const incoming = redactAlert(body as IncomingAlert);
    if (await isSentAgain(tx, source, incoming)) continue;
    await take(tx, source, incoming, setup, engine);
    await armEnd(tx, source, incoming);
  }
  await endStorm(tx, setup.storm, engine);
  // What an alert says is measured by our own sources before a fix runs: soon, and in a storm once a second.
  if (entries.some(({ source }) => !source.startsWith(RULE_SOURCE_PREFIX)))
    await tx.jobs.pullForward(POLL_KEY, engine.clock.now() + LOOK_AFTER_MS);
  await tx.inbox.markHandled(
    entries.map(({ id }) => id),
    engine.clock.now(),
  );
}
