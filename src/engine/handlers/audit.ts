// Looks after the promises: nothing waits for a job that is not there, and no job is put aside in silence.

import { UNDELIVERED, undeliveredText } from '../../domain/undelivered.ts';
import { CLOCK_WARNING } from '../clock-step.ts';
import type { Handler } from '../engine.ts';
import { prune } from '../prune.ts';
import { repair } from '../repair.ts';
import { MENDED_WARNING } from '../second-channel.ts';

export const AUDIT_KEY = 'audit';
const EVERY_MS = 30_000;
/** Older trouble is no warning any more. */
const LATELY_MS = 24 * 60 * 60_000;
/** Its own warnings, by key. */
const OWN: ReadonlySet<string> = new Set(['dead-jobs', UNDELIVERED]);
/** Of things that happened once: nobody else takes them away. */
const FOR_A_DAY: ReadonlySet<string> = new Set([MENDED_WARNING, CLOCK_WARNING]);

export const audit: Handler = async (_run, engine) => {
  const now = engine.clock.now();
  return async (tx) => {
    await repair(tx, engine);
    await prune(tx, now, engine.keepRawMs);
    const dead = await tx.jobs.countDeadSince(now - LATELY_MS);
    const failed = await tx.posts.countUndeliveredSince(now - LATELY_MS);
    const warnings = [
      ...(dead > 0
        ? [
            {
              key: 'dead-jobs',
              text: `${dead} ${dead === 1 ? 'job was' : 'jobs were'} put aside after repeated errors in the last 24 hours; the log names them`,
              since: now,
            },
          ]
        : []),
      ...(failed > 0
        ? [
            {
              key: UNDELIVERED,
              text: undeliveredText(failed),
              since: now,
            },
          ]
        : []),
    ];
    const before = await tx.settings.get('warnings');
    const kept = warnings.map(
      (warning) => before.find((old) => old.key === warning.key && old.text === warning.text) ?? warning,
    );
    // Others say theirs themselves.
    const others = before.filter(
      ({ key, since }) => !OWN.has(key) && !(FOR_A_DAY.has(key) && now - since > LATELY_MS),
    );
    await tx.settings.set('warnings', [...others, ...kept]);
    const heartbeat = await tx.settings.get('heartbeat');
    if (heartbeat) await tx.settings.set('heartbeat', { ...heartbeat, at: now });
    await tx.jobs.set('audit', {}, { key: AUDIT_KEY, runAt: now + EVERY_MS });
  };
};
