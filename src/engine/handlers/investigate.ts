// What a person would look up first: gathered, decided on by rules, and told.

import { diagnose } from '../../diagnosis/cause/diagnose.ts';
import { remediesFor } from '../../diagnosis/cause/remedies.ts';
import { adviceText, causeText, evidenceLines, noCauseText } from '../../diagnosis/cause/words.ts';
import { lastDeployBefore } from '../../diagnosis/deploy-correlation.ts';
import { cameBackWords } from '../../domain/after-change.ts';
import type { Incident, IncidentContextLines } from '../../domain/incident.ts';
import { redact } from '../../domain/redact.ts';
import { clockTimeWithZone } from '../../domain/time.ts';
import type { Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { refreshHeader } from '../incident-state.ts';
import { allowed } from '../investigation/allowed.ts';
import { gather } from '../investigation/gather.ts';
import { commitLines, deployLine, toldLine } from '../investigation/last-deploy.ts';
import { ourRecord, unplacedLines } from '../investigation/our-record.ts';
import { contextPost } from '../investigation/post.ts';
import { kitFor } from '../kit-for.ts';
import { askForWords } from '../model/words-job.ts';
import { tellThread } from '../thread-of.ts';
import { unanswered } from '../unanswered.ts';

const MOST_LINKS = 5;

export const investigate: Handler = async (run, engine) => {
  const { read } = engine.store;
  const incident = await read.incidents.find(Number(run.job.payload.incidentId));
  if (incident?.state !== 'open' || incident.service === null) return nothing;
  const { service } = incident;
  const again = cameBack(run.job.payload);
  const startedAt = again?.since ?? incident.startedAt;
  const { sources } = engine.adapters();
  const [kit, stored] = await Promise.all([
    kitFor(engine, run, { channel: incident.channel }),
    read.resources.list('command'),
  ]);
  const { now, services, zone = engine.zone } = kit;
  const commands = stored.filter(({ enabled }) => enabled).map(({ spec }) => spec);
  const alerts = await read.alerts.ofIncident(incident.id);
  const { readings, links, unusual, silent, brought } = await gather(kit, {
    service,
    startedAt,
    metric: alerts.find(({ labels }) => labels.metric)?.labels.metric ?? null,
    alerts: alerts.map(({ title }) => title),
    record: await ourRecord(read, incident),
  });
  const deploys = readings.about.find((each) => each.service === service)?.deploys ?? [];
  // Where no source of ours knows deploys, what others told us of them stands in.
  const told = deploys.length === 0 ? await read.markers.lastBefore(service, startedAt) : null;
  const diagnosis = diagnose({ ...readings, wasOverAt: again?.wasOverAt });
  const cause = causeText(diagnosis);
  const last = lastDeployBefore(deploys, startedAt);
  const silentSources = unanswered(silent);
  const context: Omit<IncidentContextLines, 'called'> = {
    lastDeploy: last ? deployLine(last, zone) : told && toldLine(told, now, zone),
    actions: allowed(remediesFor(diagnosis), {
      commands,
      services,
      sources,
      frozen: (await read.settings.get('freeze')) !== null,
    }),
    silent: silentSources.map(({ source }) => source),
    links: links.slice(0, MOST_LINKS).map(({ title, href }) => ({ text: redact(title), href })),
    noCause:
      cause === null && again?.undone ? cameBackWords({ deploy: again.undone }) : noCauseText(diagnosis),
    ruledOut: [...diagnosis.ruledOut],
  };
  const { onset } = diagnosis;
  return async (tx) => {
    const current = await tx.incidents.find(incident.id);
    if (current?.state !== 'open') return;
    await tx.incidents.update(incident.id, {
      context: { ...current.context, ...context },
      ...(cause ? { probableCause: cause } : {}),
    });
    refreshHeader(tx, incident.id, engine);
    if (again?.undone === null && isKnown(current, { cause, lastDeploy: context.lastDeploy })) return;
    const shown = contextPost({
      ...context,
      cause,
      began: onset.at < startedAt ? clockTimeWithZone(onset.at, zone) : null,
      unusual,
      evidence: evidenceLines(diagnosis),
      advice: adviceText(diagnosis),
      unanswered: silentSources,
      commits: commitLines(deploys, startedAt, brought),
      unplaced: unplacedLines(readings.changes, { onsetBy: onset.by, zone }),
    });
    await tellThread(tx, current, shown);
    await tx.timeline.add({
      incidentId: incident.id,
      kind: 'system',
      text: cause ? `Probable cause: ${cause}` : `Probable cause: ${context.noCause ?? 'unknown'}`,
    });
    await askForWords(tx, { purpose: 'narrative', incidentId: incident.id, about: shown }, engine);
  };
};

interface CameBack {
  since: number;
  /** When it was over the last time. */
  wasOverAt: number;
  /** The deploy that was its cause then and was rolled back. */
  undone: string | null;
}

/** Of a reopened incident. */
function cameBack({ since, wasOverAt, undone }: Record<string, unknown>): CameBack | null {
  if (typeof since !== 'number' || typeof wasOverAt !== 'number') return null;
  return { since, wasOverAt, undone: typeof undone === 'string' ? undone : null };
}

/** It flaps: the thread has said all of it. */
function isKnown(
  { probableCause, context }: Incident,
  found: { cause: string | null; lastDeploy: string | null },
): boolean {
  return (found.cause === null || found.cause === probableCause) && found.lastDeploy === context.lastDeploy;
}
