// Tells the next level, until a human answers. The timer re-reads everything when it fires and may do nothing.
import { DEFAULT_ESCALATION } from '../../domain/built-in.ts';
import { formatDuration } from '../../domain/duration.ts';
import { escalationText, levelsToTry } from '../../domain/escalation.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Escalation } from '../../domain/resource.ts';
import { clockTime } from '../../domain/time.ts';
import type { Tables } from '../../store/tables.ts';
import type { Commit, Engine, Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { escalateKey, followAlerts, isClearing, refreshHeader, tellThread } from '../incident-state.ts';
import { pageTarget } from '../page.ts';

/** Without a policy the thread is reminded this often. */
const NO_POLICY_MS = 15 * 60_000;
/** Never faster, whatever the levels say. */
const FASTEST_MS = 60_000;
/** Later than this after it was due, the daemon was down: it says so. */
const LATE_MS = 10_000;

export const escalate: Handler = async (run, engine) => {
  const id = Number(run.job.payload.incidentId);
  const dueAt = run.job.runAt;
  const incident = await engine.store.read.incidents.find(id);
  if (!incident) return nothing;
  return async (tx) => {
    // Read again inside the commit: an acknowledgement and this timer race by commit order.
    const now = await tx.incidents.find(id);
    if (now?.state !== 'open' || now.ackedBy !== null) return;
    // Something has to end the wait, or nobody would be told when an alert fires again.
    if (await isClearing(tx, id)) return followAlerts(tx, now, engine);
    await tellNext(now, dueAt, engine)(tx);
  };
};

function tellNext(incident: Incident, dueAt: number, engine: Engine): Commit {
  return async (tx) => {
    const name = incident.escalation ?? DEFAULT_ESCALATION;
    const policy = await tx.resources.find('escalation', name);
    if (!policy?.enabled || policy.spec.levels.length === 0) return remind(tx, incident, name, engine);
    const told = await tellFrom(tx, incident, policy.spec, dueAt, engine);
    if (!told) await unreachable(tx, incident, policy.spec, engine);
    await refreshHeader(tx, incident.id, engine);
  };
}

/** The next level that reaches somebody; an empty one is skipped at once and loudly. False: none does. */
async function tellFrom(
  tx: Tables,
  incident: Incident,
  policy: Escalation,
  dueAt: number,
  engine: Engine,
): Promise<boolean> {
  const now = engine.clock.now();
  for (const level of levelsToTry(policy, incident.level)) {
    const late = now - dueAt > LATE_MS ? ` (due ${clockTime(dueAt, engine.zone)}, the daemon was down)` : '';
    const waited =
      incident.level === 0 ? 0 : (policy.levels[incident.level - 1]?.timeoutMs ?? level.timeoutMs);
    const why =
      incident.level === 0
        ? `${level.target}, level ${level.number}`
        : escalationText(policy, incident, { target: level.target, waitedMs: waited, now });
    const told = await pageTarget(tx, incident, level.target, why, engine);
    if (told.length > 0) {
      await tx.incidents.update(incident.id, {
        level: level.number,
        context: {
          ...incident.context,
          onCall: calledSoFar(incident.context.onCall, told),
        },
      });
      const text =
        incident.level === 0 ? `👤 On-call: ${told.join(', ')}` : `${why} ${told.join(', ')}${late}`;
      await tx.timeline.add({
        incidentId: incident.id,
        kind: 'escalated',
        text:
          incident.level === 0
            ? `Told level ${level.number}: ${level.target}`
            : `Escalated to ${level.target}${late}`,
        data: { level: level.number, target: level.target },
      });
      await tellThread(tx, incident, text, { tone: incident.level === 0 ? 'info' : 'warning' });
      // Counted from now: after an outage every overdue level would otherwise be told in the same second.
      await tx.jobs.set(
        'escalate',
        { incidentId: incident.id },
        { key: escalateKey(incident.id), runAt: now + Math.max(FASTEST_MS, level.timeoutMs), priority: 0 },
      );
      return true;
    }
    if (level.number <= incident.level && level.number < policy.levels.length) continue;
    await tx.timeline.add({
      incidentId: incident.id,
      kind: 'escalated',
      text: `Level ${level.number} (${level.target}) was skipped: nobody stands behind it`,
      data: { level: level.number, skipped: true },
    });
    await tellThread(
      tx,
      incident,
      `⚠️ Level ${level.number}, ${level.target}, reaches nobody and was skipped. Fix: openclaw contact add --name "${level.target}", or openclaw rotation add --name "${level.target}"`,
      { tone: 'warning' },
    );
  }
  return false;
}

async function unreachable(
  tx: Tables,
  incident: Incident,
  policy: Escalation,
  engine: Engine,
): Promise<void> {
  const wait = Math.max(FASTEST_MS, policy.levels.at(-1)?.timeoutMs ?? NO_POLICY_MS);
  const names = policy.levels.map(({ target }) => target).join(', ');
  await tellThread(
    tx,
    incident,
    `🚨 Nobody was paged: no level of "${policy.name}" (${names}) reaches a person. Acknowledge here: /ack ${incident.id}. Next try in ${formatDuration(wait)}.`,
    { tone: 'critical', lane: 'page' },
  );
  await tx.jobs.set(
    'escalate',
    { incidentId: incident.id },
    { key: escalateKey(incident.id), runAt: engine.clock.now() + wait, priority: 0 },
  );
}

async function remind(tx: Tables, incident: Incident, name: string, engine: Engine): Promise<void> {
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'escalated',
    text: `Nobody was paged: there is no escalation named "${name}"`,
  });
  await tellThread(
    tx,
    incident,
    `🚨 Nobody was paged: there is no escalation "${name}". Acknowledge here: /ack ${incident.id}. Fix: openclaw escalation add --name "${name}" --level-1 on-call --timeout 5m`,
    { tone: 'critical', lane: 'page' },
  );
  await tx.jobs.set(
    'escalate',
    { incidentId: incident.id },
    { key: escalateKey(incident.id), runAt: engine.clock.now() + NO_POLICY_MS, priority: 0 },
  );
}

/** "@sarah (paged via slack), then @ana (paged via slack)": who was called first stays named. */
function calledSoFar(before: string | null, told: readonly string[]): string {
  const now = told
    .map((each) => `${each.split(' via ')[0]} (paged via ${each.split(' via ')[1]})`)
    .join(', ');
  if (before === null) return now;
  return before.includes(now) ? before : `${before}, then ${now}`;
}
