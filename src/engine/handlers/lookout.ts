// Looks after what nobody would tell us: a source that fell silent, a disk that fills up under our own state, an edit
// of what depends on what.
import type { Handler } from '../engine.ts';
import { settleOpen } from '../inhibit.ts';
import { watchLinks } from '../links.ts';
import { watchSpace } from '../low-space.ts';
import { watchSources } from '../silent-sources.ts';

export const LOOKOUT_KEY = 'lookout';
const EVERY_MS = 30_000;
const SOONEST_MS = 1000;

/** `payload.since`: the daemon's start. `configured`: the configuration that open incidents were settled by. */
export const lookout: Handler = async (run, engine) => {
  const since = Number(run.job.payload.since ?? run.job.createdAt);
  const space = (await engine.space?.()) ?? null;
  return async (tx) => {
    const now = engine.clock.now();
    const silentAt = await watchSources(tx, since, engine);
    await watchSpace(tx, space, engine);
    await watchLinks(tx);
    const configured = await tx.resources.fingerprint();
    if (run.job.payload.configured !== configured) await settleOpen(tx, engine);
    const next = Math.min(now + EVERY_MS, silentAt ?? Number.POSITIVE_INFINITY);
    await tx.jobs.set(
      'lookout',
      { since, configured },
      { key: LOOKOUT_KEY, runAt: Math.max(now + SOONEST_MS, next), priority: 1 },
    );
  };
};
