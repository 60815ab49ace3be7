// An incident was closed by hand and something of it fires on: reads again, and reopens it once that was long ago.
import { FLAP_MEMORY_MS, RULE_SOURCE_PREFIX } from '../../domain/built-in.ts';
import { severityRank } from '../../domain/severity.ts';
import { readSetup } from '../alerts/setup.ts';
import { pageAlso } from '../also-page.ts';
import type { Handler } from '../engine.ts';
import { reopenIncident } from '../reopen.ts';

export const stillFiring: Handler = async (run, engine) => {
  const id = Number(run.job.payload.incidentId);
  return async (tx) => {
    const incident = await tx.incidents.find(id);
    if (incident?.state !== 'resolved' || incident.resolvedAt === null || incident.mergedInto !== null)
      return;
    const again = incident.resolvedAt + FLAP_MEMORY_MS;
    if (engine.clock.now() < again || (await tx.incidents.findOpen(incident.key))) return;
    // A rule of our own is silent while it holds; anybody else has to say so again.
    const heard = (await tx.alerts.ofIncident(id)).filter(
      ({ status, source, lastSeenAt, mutedBy }) =>
        status === 'firing' &&
        mutedBy === null &&
        (source.startsWith(RULE_SOURCE_PREFIX) || lastSeenAt >= again),
    );
    const [worst] = heard.toSorted((one, other) => severityRank(other.severity) - severityRank(one.severity));
    if (!worst) return;
    const news = { why: `still firing: ${worst.title}`, severity: worst.severity };
    const reopened = await reopenIncident(tx, incident, news, engine);
    if (reopened.starts) await pageAlso(tx, reopened.incident, worst, (await readSetup(tx)).routes, engine);
  };
};
