// Works through the alerts that arrived, in batches: everything that came of one batch commits together.
import { setImmediate as letOthersIn } from 'node:timers/promises';
import type { IncomingAlert } from '../../domain/alert.ts';
import { RULE_SOURCE_PREFIX } from '../../domain/built-in.ts';
import { defaultChannel } from '../../domain/destination.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import type { Tables } from '../../store/tables.ts';
import { beginBatch, endBatch } from '../alerts/batch.ts';
import { armEnd, isSentAgain } from '../alerts/end.ts';
import { type Configured, readSetup, redactAlert } from '../alerts/setup.ts';
import { take } from '../alerts/take.ts';
import { type BadAlert, setAside, whyNot } from '../bad-alerts.ts';
import type { Engine, Handler } from '../engine.ts';
import { GIVE_WAY_MS, nothing } from '../engine.ts';
import { tellNow } from './escalate.ts';
import { POLL_KEY } from './poll.ts';

const BATCH = 200;
/** While alerts pour in: so few at a time that who sends them hardly waits for it. */
const SMALL_BATCH = 20;
/** A commit keeps all others waiting, so it begins no further alert after this. */
const SLICE_MS = 25;
/** Between two batches. Node takes one new connection a turn (since libuv 1.45), and senders in a storm open many. */
const TURNS = 16;
/** More rounds would make the commit long; theirs are jobs of their own, as every later round is. */
const TOLD_AT_ONCE = 5;
const LOOK_AFTER_MS = 1000;

export const alert: Handler = async (run, engine) => {
  const { read } = engine.store;
  if (run.job.payload.goesOn === true) for (let turn = 0; turn < TURNS; turn += 1) await letOthersIn();
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
      const why = await run.commit((tx) => takeAll(tx, [entry], setup, engine)).then(() => undefined, whyNot);
      if (why !== undefined) bad.push({ entry, why });
    }
  }
  return async (tx) => {
    let left = 0;
    if (!alone) {
      const { touched, taken } = await takeAll(tx, entries, setup, engine);
      left = entries.length - taken;
      // Not where each commit is waited for; nor after an error, which must not cost an alert its incident.
      if (!givesWay) for (const id of touched.slice(0, TOLD_AT_ONCE)) await tellNow(tx, id, engine);
    }
    await setAside(tx, bad, defaultChannel(setup.channels), engine);
    if (left > 0 || entries.length === most) {
      const runAt = engine.clock.now() + (givesWay ? GIVE_WAY_MS : 0);
      await tx.jobs.add('alert', { goesOn: true }, { key: 'alerts', lane: 'alerts', priority: 1, runAt });
    }
  };
};

/** `touched`: the incidents that something was said to. `taken`: of the entries, in order; at least one. */
async function takeAll(
  tx: Tables,
  entries: readonly InboxEntry[],
  found: Configured,
  engine: Engine,
): Promise<{ touched: number[]; taken: number }> {
  const setup = beginBatch(found);
  const endAt = engine.clock.now() + SLICE_MS;
  let taken = 0;
  for (const { source, body } of entries) {
    if (taken > 0 && engine.clock.now() >= endAt) break;
    taken += 1;
    const incoming = redactAlert(body as IncomingAlert);
    if (await isSentAgain(tx, source, incoming)) continue;
    await take(tx, source, incoming, setup, engine);
    await armEnd(tx, source, incoming);
  }
  await endBatch(tx, setup, engine);
  // What an alert says is measured by our own sources before a fix runs: soon, and in a storm once a second.
  if (entries.slice(0, taken).some(({ source }) => !source.startsWith(RULE_SOURCE_PREFIX)))
    await tx.jobs.pullForward(POLL_KEY, engine.clock.now() + LOOK_AFTER_MS);
  await tx.inbox.markHandled(
    entries.slice(0, taken).map(({ id }) => id),
    engine.clock.now(),
  );
  return { touched: [...setup.storm.keys()], taken };
}
