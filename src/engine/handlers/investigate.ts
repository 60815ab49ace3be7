// What a person would look up first, side by side, each with a deadline: last deploy, onset, log groups, metrics.

import {
  lastDeployBefore,
  SUSPICIOUS_WITHIN_MS,
  suspiciousDeploy,
} from '../../diagnosis/deploy-correlation.ts';
import { groupLogs, type LogGroup, readLine } from '../../diagnosis/log-groups.ts';
import type { Deploy, ReadCapability, ReadResults } from '../../domain/capability.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { IncidentContextLines } from '../../domain/incident.ts';
import { type Message, message } from '../../domain/message.ts';
import type { ReadAnswer } from '../../domain/playbook.ts';
import { redact } from '../../domain/redact.ts';
import type { Command, Service } from '../../domain/resource.ts';
import { clockTimeWithZone, momentText } from '../../domain/time.ts';
import { typedWord } from '../../domain/typed-word.ts';
import type { Marker } from '../../store/markers.ts';
import type { Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { refreshHeader, tellThread } from '../incident-state.ts';
import { createKit } from '../toolbox.ts';
import { silences, type Unanswered, unanswered } from '../unanswered.ts';
import { unusualMetrics } from '../unusual-metrics.ts';

const LOG_LINES = 500;
const MOST_LINKS = 5;
/** A graph that begins with the trouble does not show what was normal. */
const BEFORE_IT_MS = 30 * 60_000;
const SHOWN_COMMITS = 5;
const SHOWN_SERVICES = 10;

export const investigate: Handler = async (run, engine) => {
  const incident = await engine.store.read.incidents.find(Number(run.job.payload.incidentId));
  if (incident?.state !== 'open' || incident.service === null) return nothing;
  const { service, startedAt } = incident;
  const { sources } = engine.adapters();
  const services = (await engine.store.read.resources.list('service'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  const now = engine.clock.now();
  const kit = createKit({
    now,
    zone: engine.zone,
    sources,
    names: sources.map(({ name }) => name),
    services,
    signal: run.signal,
    overview: () => Promise.reject(new Error('an investigation has no overview')),
  });
  const spec = services.find(({ name }) => name === service);
  const alerts = await engine.store.read.alerts.ofIncident(incident.id);
  const metric = alerts.find(({ labels }) => labels.metric)?.labels.metric ?? null;
  const [deploys, logs, health, dashboards, metrics] = await Promise.all([
    kit.read('deploys.list', { service, limit: 10 }),
    kit.read('logs.search', { service, sinceAt: startedAt - 5 * 60_000, limit: LOG_LINES }),
    kit.read('services.health', { service }),
    kit.read('dashboards.find', {
      service,
      sinceAt: startedAt - BEFORE_IT_MS,
      ...(metric === null ? {} : { metric: metric.slice(0, 200) }),
    }),
    spec ? unusualMetrics(kit, { service: spec, metric, startedAt, now, zone: engine.zone }) : null,
  ]);
  // An alert with a `for` fires minutes after it began: what came before that is what may have caused it.
  const onsetAt = Math.min(startedAt, metrics?.onsetAt ?? startedAt);
  const found = results(deploys).flat();
  const groups = groupLogs(results(logs).flatMap(({ lines }) => lines)).filter(
    ({ level }) => level === 'error',
  );
  const silent = unanswered([
    ...silences('deploys', deploys),
    ...silences('logs', logs),
    ...silences('health', health),
    ...silences('dashboards', dashboards),
    ...(metrics?.silent ?? []),
  ]);
  const last = lastDeployBefore(found, startedAt);
  const commits = last ? await commitsOf(last, found, service, kit) : [];
  // Where no source of ours knows deploys, what others told us of them stands in.
  const told = found.length === 0 ? await engine.store.read.markers.lastBefore(service, startedAt) : null;
  const suspect = suspiciousDeploy(found, onsetAt) ?? suspiciousDeploy(found, startedAt);
  const commands = (await engine.store.read.resources.list('command'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  const context: Omit<IncidentContextLines, 'onCall'> = {
    lastDeploy: last
      ? `#${last.number} at ${clockTimeWithZone(last.at, engine.zone)} (@${last.author.replace(/^@+/, '')} — "${redact(last.title)}")`
      : told && markerLine(told, now, engine.zone),
    actions: actionsFor(
      {
        service,
        // What is rolled back already cannot be rolled back.
        deploy: suspect && !suspect.rolledBack ? suspect.number : null,
        capacity: results(health)[0]?.desired ?? null,
        spec,
      },
      commands,
    ),
    silent: silent.map(({ source }) => source),
    links: results(dashboards)
      .flat()
      .slice(0, MOST_LINKS)
      .map(({ title, href }) => ({ text: redact(title), href })),
  };
  const cause = probableCause(
    suspect
      ? `deploy #${suspect.number} ("${redact(suspect.title)}")`
      : told && onsetAt - told.at <= SUSPICIOUS_WITHIN_MS && told.at <= onsetAt
        ? `the change "${told.title}"`
        : null,
    groups[0] ?? null,
  );
  return async (tx) => {
    const current = await tx.incidents.find(incident.id);
    if (current?.state !== 'open') return;
    await tx.incidents.update(incident.id, {
      context: { ...current.context, ...context },
      ...(cause ? { probableCause: cause } : {}),
    });
    await refreshHeader(tx, incident.id, engine);
    await tellThread(
      tx,
      current,
      contextPost(
        {
          ...context,
          began: onsetAt < startedAt ? clockTimeWithZone(onsetAt, engine.zone) : null,
          unusual: metrics?.lines ?? [],
          unanswered: silent,
          commits: last && commits.length > 0 ? { number: last.number, lines: commits } : null,
        },
        cause,
      ),
    );
    if (cause) {
      await tx.timeline.add({ incidentId: incident.id, kind: 'system', text: `Probable cause: ${cause}` });
    }
  };
};

function markerLine({ title, author, at, source }: Marker, now: number, zone: string): string {
  return `${title} at ${momentText(at, now, zone)}${author ? ` (@${author.replace(/^@+/, '')})` : ''}, told by ${source}`;
}

function results<C extends ReadCapability>(answers: readonly ReadAnswer<C>[]): ReadResults[C][] {
  return answers.flatMap((answer) => (answer.ok ? [answer.result] : []));
}

/** Marked probable by whoever shows it: a deploy shortly before, and the most frequent error since. */
function probableCause(deploy: string | null, group: LogGroup | null): string | null {
  const errors = group
    ? `"${redact(readLine(group.sample).message).slice(0, 160)}" ${group.count === 1 ? 'once' : `${group.count} times`} in the logs`
    : null;
  if (deploy && errors) return `${deploy} shortly before it began; ${errors}`;
  return deploy ? `${deploy} shortly before it began` : errors;
}

/**
 * What the last deploy brought, against the one that stood before it. Empty: nobody can say, or it is the one commit
 * that its title names anyway.
 */
async function commitsOf(
  last: Deploy,
  deploys: readonly Deploy[],
  service: string,
  kit: ReturnType<typeof createKit>,
): Promise<string[]> {
  const before = deploys
    .filter(({ at, status, rolledBack }) => at < last.at && status === 'succeeded' && !rolledBack)
    .sort((a, b) => b.at - a.at)
    .find(({ number }) => number !== last.number);
  if (!before || last.rolledBack) return [];
  const [answer] = results(
    await kit.read('deploys.compare', { service, from: before.number, to: last.number }),
  );
  const { commits = [], services } = answer ?? {};
  if (commits.length === 1 && commits[0]?.title === last.title && services === undefined) return [];
  const lines = commits.slice(0, SHOWN_COMMITS).map(({ sha, title, author }) => {
    const by = author ? ` (@${author.replace(/^@+/, '')})` : '';
    return redact(clipped(`${sha.slice(0, 7)} ${title}${by}`, 160));
  });
  const more = commits.length - lines.length;
  const touched = services?.touched.slice(0, SHOWN_SERVICES).join(', ') ?? '';
  return [
    ...lines,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(touched === '' ? [] : [redact(clipped(`services touched: ${touched}`, 200))]),
  ];
}

interface Found extends Omit<IncidentContextLines, 'onCall'> {
  /** When it began, where that is earlier than its first alert. */
  began: string | null;
  unusual: string[];
  unanswered: Unanswered[];
  commits: { number: string; lines: string[] } | null;
}

/** What the header now holds and the measurements, said once in the thread: an edit wakes nobody. */
function contextPost(context: Found, cause: string | null): Message {
  const fields = [
    ...(context.began ? [{ label: '🕐 Began', value: context.began }] : []),
    ...(context.lastDeploy ? [{ label: '🔄 Last deploy', value: context.lastDeploy }] : []),
    ...context.unanswered.map(({ source, text }) => ({ label: `⚠️ ${source}`, value: text })),
  ];
  const lines = context.actions.map(({ command, why }) => `${command} — ${why}`);
  const offers = context.actions.map(({ command }) => command);
  return message(cause ? `🤔 Probable cause: ${cause}` : '🤔 No probable cause found', {
    blocks: [
      ...(fields.length > 0 ? [{ type: 'fields' as const, fields }] : []),
      ...(context.unusual.length > 0
        ? [{ type: 'section' as const, heading: '📈 Unusual:', lines: context.unusual }]
        : []),
      ...(context.commits
        ? [
            {
              type: 'section' as const,
              heading: `Commits of #${context.commits.number}:`,
              lines: context.commits.lines,
            },
          ]
        : []),
      ...(lines.length > 0
        ? [{ type: 'section' as const, heading: '📋 Immediate actions:', lines, offers }]
        : []),
      ...(context.links && context.links.length > 0
        ? [
            {
              type: 'section' as const,
              heading: '📊 Dashboards:',
              lines: context.links.map(({ text, href }) => `${text}: ${href}`),
            },
          ]
        : []),
    ],
  });
}

interface ActionFacts {
  service: string;
  deploy: string | null;
  capacity: number | null;
  spec: Service | undefined;
}

/** Only what is configured, each as it would be typed. */
function actionsFor(
  { service, deploy, capacity, spec }: ActionFacts,
  commands: readonly Command[],
): IncidentContextLines['actions'] {
  const trigger = (playbook: string) =>
    commands.find((command) => (command.playbook ?? command.trigger.slice(1)) === playbook)?.trigger;
  const name = typedWord(service);
  const database = spec?.kind === 'database';
  const [needed] = spec?.dependsOn ?? [];
  const wanted: [string, string | null, string][] = [
    ['rollback', deploy === null ? null : `#${deploy}`, 'revert the last change'],
    // Twice what there is: within the cap, so it needs no reason.
    ['scale', database || !capacity ? null : `${name} ${capacity * 2}`, 'add capacity while investigating'],
    ['logs', name, 'check error details'],
    ['metrics', name, 'see all measured values'],
    ['metrics', needed ? typedWord(needed) : null, `check what ${service} depends on`],
    ['restart', database ? null : name, 'rolling restart'],
    ['db-failover', database ? name : null, 'make a replica the primary'],
  ];
  return wanted.flatMap(([playbook, args, why]) => {
    const typed = trigger(playbook);
    return typed && args !== null ? [{ command: `${typed} ${args}`, why }] : [];
  });
}
