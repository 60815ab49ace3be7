// Deploys and told changes: near in time, able to touch the service, and with a trace behind them.

import type { Deploy } from '../../../domain/capability.ts';
import { SUSPICIOUS_WITHIN_MS } from '../../deploy-correlation.ts';
import type { Candidate, Claim } from '../candidate.ts';
import { busyShared, isKilledForMemory, newTroubles } from '../mechanism.ts';
import { isTraffic, movedAfter } from '../metric-evidence.ts';
import { bare, deployTitle, lengthText, type Scene, touches } from '../scene.ts';
import {
  alone,
  elsewhere,
  kinship,
  looksOnly,
  namesItsFiles,
  startsBadly,
  traces,
} from './deploy-evidence.ts';

const MINUTE = 60_000;
/** Something that a deploy brought shows within this time after it. */
const SHOWS_WITHIN_MS = 10 * MINUTE;
/** What fills up slowly begins to, long before it hurts. */
const LONG_BEFORE_MS = 5 * MINUTE;
/** What fills up slowly hurts only hours later. */
export const SLOW_WITHIN_MS = 12 * 60 * MINUTE;

export function deployCandidates(scene: Scene): Candidate[] {
  const beside = scene.beside.filter((service) => busyShared(scene, service) !== null);
  return [scene.own, ...scene.needed, ...beside].flatMap((service) => {
    const { deploys = [], comparisons = {} } = scene.about(service) ?? {};
    return deploys.flatMap((deploy) => ofDeploy(scene, service, deploy, comparisons[deploy.number]) ?? []);
  });
}

/** Why a deploy is none; null: it may be one. */
export function deployRuledOut(scene: Scene, service: string, deploy: Deploy): string | null {
  const { onset } = scene;
  const name = deployTitle(deploy);
  const of = service === scene.own ? '' : ` of ${service}`;
  if (deploy.status === 'failed') return `${name}${of} failed and never ran`;
  if (deploy.at > onset.by) return `${name}${of} came ${lengthText(deploy.at - onset.at)} after it began`;
  const what = touches(service, scene.about(service)?.comparisons[deploy.number]);
  if (what === 'words') return `${name}${of} changed only texts and tests`;
  if (what === 'others') return `${name}${of} changed other services only`;
  const undone = undoneAt(scene, service, deploy);
  const { wasOverAt } = scene.readings;
  if (undone !== null && wasOverAt !== undefined && undone <= wasOverAt)
    return `${name}${of} was rolled back, it was over then, and it came back`;
  if (undone !== null && undone < onset.at - SHOWS_WITHIN_MS)
    return `${name}${of} was rolled back ${lengthText(onset.at - undone)} before it began`;
  return null;
}

/** What was deployed again since is not undone. */
function undoneAt(scene: Scene, service: string, { number, at }: Deploy): number | null {
  const undoing = scene.readings.doings.find(
    (doing) =>
      doing.service === service && doing.undone === number && doing.state === 'succeeded' && doing.at >= at,
  );
  return undoing?.at ?? null;
}

function ofDeploy(
  scene: Scene,
  service: string,
  deploy: Deploy,
  comparison: Parameters<typeof touches>[1],
): Candidate | null {
  if (deployRuledOut(scene, service, deploy) !== null) return null;
  const near = nearness(scene, deploy.at);
  const slow = slowClimb(scene, service, deploy.at) ?? slowLeak(scene, service, deploy.at);
  if (near === null && slow === null) return null;
  const words = [
    deploy.title,
    ...(comparison?.files ?? []),
    ...(comparison?.commits ?? []).map(({ title }) => title),
  ];
  const from = `deploys of ${service}`;
  const undone = undoneAt(scene, service, deploy);
  const stay = { at: deploy.at, undone };
  const claims: Claim[] = [
    ...(near ? [{ ...near, from }] : []),
    ...(slow ? [slow] : []),
    ...reach(scene, service),
    ...traces(scene, service, stay),
    ...namesItsFiles(scene, service, comparison?.files ?? [], stay),
    ...looksOnly(scene, service, comparison),
    ...elsewhere(scene, service),
    ...startsBadly(scene, service),
    ...kinship(scene, words, from, undone),
    ...(deploy.rolledBack && undone === null
      ? [{ text: 'it is rolled back, nobody knows when', weight: -1, from }]
      : []),
    ...alone(scene, service),
  ];
  return {
    kind: 'deploy',
    subject: service,
    which: deploy.number,
    title: `${deployTitle(deploy)}${service === scene.own ? '' : ` of ${service}`}`,
    at: deploy.at,
    trigger: true,
    claims,
  };
}

/** How what it went to can reach the service at all. */
function reach(scene: Scene, service: string): Claim[] {
  if (service === scene.own) return [];
  const busy = scene.relation(service) === 'beside' ? busyShared(scene, service) : null;
  return busy === null
    ? [{ text: `${scene.own} depends on ${service}`, weight: -0.5, from: 'services' }]
    : [
        {
          text: `${service} puts its work on ${busy}, which has more than it can do`,
          weight: 1,
          from: `metrics of ${busy}`,
        },
      ];
}

/** The nearer the likelier. Null: too long before. */
export function nearness({ onset }: Scene, at: number): Omit<Claim, 'from'> | null {
  const gap = Math.max(0, onset.at - at);
  if (gap > SUSPICIOUS_WITHIN_MS) return null;
  const weight = gap <= 3 * MINUTE ? 3 : gap <= 6 * MINUTE ? 2.5 : gap <= 15 * MINUTE ? 1.5 : 1;
  return { text: 'shortly before it began', weight };
}

/** Something of its own that climbs since a deploy of hours ago, such as memory. */
function slowClimb(scene: Scene, service: string, at: number): Claim | null {
  const { onset, readings } = scene;
  if (onset.at - at > SLOW_WITHIN_MS) return null;
  for (const fact of scene.metrics(service)) {
    if (!/memory|heap|connection|thread|descriptor|disk|queue/i.test(fact.metric) || fact.shared) continue;
    const since = movedAfter(fact, { at, withinMs: 2 * SHOWS_WITHIN_MS, now: readings.now });
    // What moves with the effect is of the effect: work that waits because of it.
    if (since === null || onset.at - since < LONG_BEFORE_MS) continue;
    const killed = /memory|heap/i.test(fact.metric) && isKilledForMemory(scene, service);
    return {
      text: `${bare(fact.metric)} of ${service} grows since ${lengthText(since - at)} after that deploy`,
      // A leak that ends in a kill is one story from end to end.
      weight: killed ? 7.5 : 4,
      specific: true,
      from: `metric ${fact.metric} of ${service}`,
    };
  }
  return null;
}

/**
 * Connections to something that it needs, which grow since a deploy until there are none left, while no more is asked
 * of it: they are not given back. What is taken at once when it begins to hurt is the trouble itself.
 */
function slowLeak(scene: Scene, service: string, at: number): Claim | null {
  const { onset, readings } = scene;
  if (onset.at - at > SLOW_WITHIN_MS) return null;
  const pool = newTroubles(scene, service).some(({ signature }) => signature?.trouble === 'pool');
  const asked = scene
    .metrics(service)
    .some(({ metric, abnormal, up }) => isTraffic(metric) && abnormal && up);
  if (!pool || asked) return null;
  const { dependsOn = [] } = readings.services.find(({ name }) => name === service) ?? {};
  for (const fact of dependsOn.flatMap((name) => scene.metrics(name))) {
    if (!/connection/i.test(fact.metric) || fact.shared || !fact.up) continue;
    const since = movedAfter(fact, { at, withinMs: 2 * SHOWS_WITHIN_MS, now: readings.now });
    if (since === null || onset.at - since < SHOWS_WITHIN_MS) continue;
    const others = readings.services.filter(
      ({ name, dependsOn: needs }) => name !== service && needs.includes(fact.service),
    );
    return {
      text: `${bare(fact.metric)} of ${fact.service} grow since ${lengthText(since - at)} after that deploy`,
      // Where others connect to it too, they may be theirs.
      weight: others.length === 0 ? 4 : 2,
      specific: true,
      from: `metric ${fact.metric} of ${fact.service}`,
    };
  }
  return null;
}
