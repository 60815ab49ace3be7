// Looks after the promises: nothing waits for a job that is not there, and no job is put aside in silence.
import type { Handler } from '../engine.ts';
import { repair } from '../repair.ts';

export const AUDIT_KEY = 'audit';
const EVERY_MS = 30_000;
/** Its own warnings, by key. */
const OWN: ReadonlySet<string> = new Set(['dead-jobs', 'failed-posts']);

export const audit: Handler = async (_run, engine) => {
  const now = engine.clock.now();
  return async (tx) => {
    await repair(tx, engine);
    const { dead } = await tx.jobs.counts();
    const posts = await tx.posts.counts();
    const warnings = [
      ...(dead > 0
        ? [
            {
              key: 'dead-jobs',
              text: `${dead} ${dead === 1 ? 'job was' : 'jobs were'} put aside after repeated errors; the log names them`,
              since: now,
            },
          ]
        : []),
      ...((posts.failed ?? 0) > 0
        ? [{ key: 'failed-posts', text: `${posts.failed} messages could not be delivered`, since: now }]
        : []),
    ];
    const before = await tx.settings.get('warnings');
    const kept = warnings.map(
      (warning) => before.find((old) => old.key === warning.key && old.text === warning.text) ?? warning,
    );
    // Others say theirs themselves.
    const others = before.filter(({ key }) => !OWN.has(key));
    await tx.settings.set('warnings', [...others, ...kept]);
    const heartbeat = await tx.settings.get('heartbeat');
    if (heartbeat) await tx.settings.set('heartbeat', { ...heartbeat, at: now });
    await tx.jobs.set('audit', {}, { key: AUDIT_KEY, runAt: now + EVERY_MS });
  };
};
