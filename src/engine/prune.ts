// What nobody looks at any more goes, a little at each audit. Incidents, timelines, plans and executions stay.
import type { Tables } from '../store/tables.ts';
import { RUNS_AHEAD } from './fix-limits.ts';

const DAY_MS = 24 * 60 * 60_000;
/** What came in and was worked through, as it came. Within this a repeated delivery is known as one. */
const KEEP_RAW_MS = 30 * DAY_MS;
const KEEP_POSTS_MS = 90 * DAY_MS;
const KEEP_DEAD_JOBS_MS = 14 * DAY_MS;
/** Of each sort at a time. */
const BATCH = 500;

export async function prune(tx: Tables, now: number, keepRawMs = KEEP_RAW_MS): Promise<void> {
  await tx.inbox.prune(now - keepRawMs, BATCH);
  await tx.deliveries.prune(now - keepRawMs, BATCH);
  await tx.modelTalks.prune(now - keepRawMs, BATCH);
  await tx.posts.prune(now - KEEP_POSTS_MS, BATCH);
  await tx.jobs.pruneDead(now - KEEP_DEAD_JOBS_MS, BATCH);
  await pruneConditions(tx);
}

/** Owners are `alert-rule:NAME`, `auto-fix:NAME` and `auto-fix:NAME/what it said`. */
async function pruneConditions(tx: Tables): Promise<void> {
  const owners = await tx.conditions.owners();
  if (owners.length === 0) return;
  const known: string[] = [RUNS_AHEAD];
  for (const kind of ['alert-rule', 'auto-fix'] as const)
    known.push(...(await tx.resources.list(kind)).map(({ name }) => `${kind}:${name}`));
  for (const owner of owners)
    if (!known.some((name) => owner === name || owner.startsWith(`${name}/`)))
      await tx.conditions.forget(owner);
}
