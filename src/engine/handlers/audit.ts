// Looks after the promises: no unacknowledged incident without a timer, no job put aside in silence.
import type { Handler } from '../engine.ts';
import { escalateKey } from '../incident-state.ts';

export const AUDIT_KEY = 'audit';
const EVERY_MS = 30_000;

export const audit: Handler = async (_run, engine) => {
  const now = engine.clock.now();
  return async (tx) => {
    for (const incident of await tx.incidents.listOpen()) {
      if (incident.ackedBy !== null) continue;
      const alerts = await tx.alerts.ofIncident(incident.id);
      if (alerts.length > 0 && alerts.every(({ status }) => status === 'resolved')) continue;
      const timers = await tx.jobs.list('escalate');
      if (timers.some(({ payload, state }) => payload.incidentId === incident.id && state !== 'dead'))
        continue;
      await tx.jobs.set(
        'escalate',
        { incidentId: incident.id },
        { key: escalateKey(incident.id), priority: 0 },
      );
      await tx.timeline.add({
        incidentId: incident.id,
        kind: 'system',
        text: 'The escalation had no timer; the audit set one',
      });
      engine.log({ level: 'error', event: 'escalation-repaired', incident: incident.id });
    }
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
    await tx.settings.set('warnings', kept);
    const heartbeat = await tx.settings.get('heartbeat');
    if (heartbeat) await tx.settings.set('heartbeat', { ...heartbeat, at: now });
    await tx.jobs.set('audit', {}, { key: AUDIT_KEY, runAt: now + EVERY_MS });
  };
};
