// Looks after what nobody would tell us: a source that fell silent, a disk that fills up under our own state, an edit
// of what depends on what, a channel that does not work.
import { doubtful, RECHECK_MS, watchChannels } from '../channel-trouble.ts';
import type { Engine, Handler, Run } from '../engine.ts';
import { settleOpen } from '../inhibit.ts';
import { watchLinks } from '../links.ts';
import { watchSpace } from '../low-space.ts';
import { noteModel } from '../model/note.ts';
import { watchSources } from '../silent-sources.ts';
import { withDeadline } from '../toolbox.ts';

export const LOOKOUT_KEY = 'lookout';
const EVERY_MS = 30_000;
const SOONEST_MS = 1000;
const RECHECK_WITHIN_MS = 10_000;

/**
 * `payload.since`: the daemon's start. `configured`: the configuration that open incidents were settled by. `recheckedAt`:
 * when channels that do not work were last looked at; not there after a start, so that what is over is known then.
 */
export const lookout: Handler = async (run, engine) => {
  const since = Number(run.job.payload.since ?? run.job.createdAt);
  const space = (await engine.space?.()) ?? null;
  const recheckedAt = await recheck(run, engine);
  return async (tx) => {
    const now = engine.clock.now();
    const silentAt = await watchSources(tx, since, engine);
    await watchSpace(tx, space, engine);
    await watchChannels(tx, engine);
    await watchLinks(tx);
    await noteModel(tx, engine);
    const configured = await tx.resources.fingerprint();
    if (run.job.payload.configured !== configured) await settleOpen(tx, engine);
    const next = Math.min(now + EVERY_MS, silentAt ?? Number.POSITIVE_INFINITY);
    await tx.jobs.set(
      'lookout',
      { since, configured, recheckedAt },
      { key: LOOKOUT_KEY, runAt: Math.max(now + SOONEST_MS, next), priority: 1 },
    );
  };
};

/** Gives when it was last done. What it finds over the channels say themselves. */
async function recheck(run: Run, engine: Engine): Promise<number> {
  const now = engine.clock.now();
  const last = Number(run.job.payload.recheckedAt ?? Number.NEGATIVE_INFINITY);
  const testedAt = (await engine.store.read.settings.get('channelTestedAt')) ?? Number.NEGATIVE_INFINITY;
  if (now - last < RECHECK_MS && now >= last && testedAt < last) return last;
  const abouts = doubtful(await engine.store.read.settings.get('warnings'));
  await Promise.all(
    engine.adapters().channels.map(async ({ name, recheck: look }) => {
      const asked = abouts.get(name);
      if (!look || !asked) return;
      await withDeadline(RECHECK_WITHIN_MS, run.signal, (signal) => look(asked, { signal })).catch(
        // It is known already that it does not work.
        (error: unknown) =>
          engine.log({ level: 'info', event: 'channel-rechecked', channel: name, error: String(error) }),
      );
    }),
  );
  return now;
}
