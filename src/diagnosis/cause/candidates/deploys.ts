// Deploys and told changes: near in time, able to touch the service, and with a trace behind them.

import type { Deploy } from '../../../domain/capability.ts';
import { compareText } from '../../../domain/text/compare.ts';
import { SUSPICIOUS_WITHIN_MS } from '../../deploy-correlation.ts';
import type { Candidate, Claim } from '../candidate.ts';
import type { LogFact } from '../log-evidence.ts';
import {
  busyShared,
  coldCache,
  isKilledForMemory,
  newTroubles,
  saturatedNeeds,
  saysMuch,
  standing,
} from '../mechanism.ts';
import { isEffect, isTraffic, movedAfter } from '../metric-evidence.ts';
import { bare, deployTitle, lengthText, quote, type Scene, timesText, touches } from '../scene.ts';

const MINUTE = 60_000;
/** Something that a deploy brought shows within this time after it. */
const SHOWS_WITHIN_MS = 10 * MINUTE;
/** The first requests after it meet what it broke. */
const AT_ONCE_MS = 2 * MINUTE;
/** What fills up slowly hurts only hours later. */
const SLOW_WITHIN_MS = 12 * 60 * MINUTE;
const SETTINGS = /\b(?:config|settings?|env|values|limits)\b|\.(?:ya?ml|toml|ini|env|properties|json|conf)$/i;
const CACHE = /cache|ttl|expir|lifetime|memoi/i;
export const STAMPEDE = 'a cache stampede';

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
  if (undone !== null && undone < onset.at - SHOWS_WITHIN_MS)
    return `${name}${of} was rolled back ${lengthText(onset.at - undone)} before it began`;
  return null;
}

function undoneAt(scene: Scene, service: string, { number }: Deploy): number | null {
  const undoing = scene.readings.doings.find(
    (doing) => doing.service === service && doing.undone === number && doing.state === 'succeeded',
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
  const claims: Claim[] = [
    ...(near ? [{ ...near, from }] : []),
    ...(slow ? [slow] : []),
    ...reach(scene, service),
    ...traces(scene, service, deploy.at, undoneAt(scene, service, deploy)),
    ...elsewhere(scene, service),
    ...startsBadly(scene, service),
    ...kinship(scene, words, from, undoneAt(scene, service, deploy)),
    ...(deploy.rolledBack && undoneAt(scene, service, deploy) === null
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
  const weight = gap <= 5 * MINUTE ? 3 : gap <= 15 * MINUTE ? 2 : 1.5;
  return { text: 'shortly before it began', weight };
}

/** Something of its own that climbs since a deploy of hours ago, such as memory. */
function slowClimb(scene: Scene, service: string, at: number): Claim | null {
  const { onset, readings } = scene;
  if (onset.at - at > SLOW_WITHIN_MS) return null;
  for (const fact of scene.metrics(service)) {
    if (!/memory|heap|connection|thread|descriptor|disk|queue/i.test(fact.metric) || fact.shared) continue;
    const since = movedAfter(fact, { at, withinMs: 2 * SHOWS_WITHIN_MS, now: readings.now });
    if (since === null || since > onset.by) continue;
    const killed = /memory|heap/i.test(fact.metric) && isKilledForMemory(scene, service);
    return {
      text: `${bare(fact.metric)} of ${service} grows since ${lengthText(since - at)} after that deploy`,
      // A leak that ends in a kill is one story from end to end.
      weight: killed ? 7.5 : 4,
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
      from: `metric ${fact.metric} of ${fact.service}`,
    };
  }
  return null;
}

/** What the logs began to say while it ran, and how often a deploy is behind such a thing. */
function traces(scene: Scene, service: string, at: number, undone: number | null): Claim[] {
  const after = newTroubles(scene, service).filter(
    ({ firstAt, since }) =>
      firstAt !== null &&
      firstAt >= at &&
      (undone === null || firstAt < undone) &&
      (since === 'unknown' || firstAt - at <= SUSPICIOUS_WITHIN_MS),
  );
  const best = after
    .map((fact) => {
      const afterMs = (fact.firstAt ?? at) - at;
      return { fact, weight: traceWeight(fact, afterMs) * saysMuch(fact, after) };
    })
    .sort(
      (a, b) =>
        Math.abs(b.weight) - Math.abs(a.weight) ||
        b.fact.count - a.fact.count ||
        compareText(a.fact.message, b.fact.message),
    )[0];
  if (!best || best.fact.firstAt === null || best.weight === 0) return [];
  const { fact, weight } = best;
  const seen =
    fact.since === 'new' ? `first seen ${lengthText((fact.firstAt ?? at) - at)} after that deploy, ` : '';
  const seldom = weight < 0 ? ', which a deploy seldom brings' : '';
  return [
    {
      text: `${quote(fact.message)} ${seen}${timesText(fact.count)} in the logs${seldom}`,
      weight,
      from: `logs of ${service}`,
    },
  ];
}

/** How much new words in the logs speak for a deploy. What a third party answers is seldom its doing. */
function traceWeight({ signature, about, since }: LogFact, afterMs: number): number {
  const known = since === 'unknown' ? 0.75 : 1;
  const soon = afterMs <= AT_ONCE_MS ? 1 : afterMs <= SHOWS_WITHIN_MS ? 0.6 : 0.4;
  const elsewhere = about !== null && 'host' in about;
  switch (signature?.byDeploy) {
    case 'seldom':
      return -2;
    case 'usual':
      return 3 * known;
    case 'sometimes':
      return elsewhere ? 0 : 1.75 * soon * known;
    default:
      return 2 * soon * known;
  }
}

/** What no deploy brings, at something it needs: then its own errors are the echo of that. */
function elsewhere(scene: Scene, service: string): Claim[] {
  for (const name of scene.needed) {
    if (name === service) continue;
    const fact = newTroubles(scene, name).find(
      ({ signature }) => signature?.role === 'root' && signature.byDeploy === 'seldom',
    );
    if (fact)
      return [
        {
          text: `${quote(fact.message)} in the logs of ${name}, which a deploy of ${service} seldom brings`,
          weight: -2,
          from: `logs of ${name}`,
        },
      ];
  }
  return [];
}

/** What runs it says itself that the new instances do not come up. */
function startsBadly(scene: Scene, service: string): Claim[] {
  const { notes = [], instances = [] } = scene.about(service)?.health ?? {};
  const words = [...notes, ...instances.map(({ detail = '' }) => detail)];
  const note = words.find((each) =>
    /[1-9]\d* failed to start|exit code (?!0\b|137\b)\d|CrashLoopBackOff/i.test(each),
  );
  return note === undefined ? [] : [{ text: quote(note), weight: 1, from: `health of ${service}` }];
}

/** What it changed has to do with how it hurts. */
function kinship(scene: Scene, words: readonly string[], from: string, undone: number | null): Claim[] {
  const meanwhile = newTroubles(scene, scene.own).filter(
    ({ firstAt }) => undone === null || firstAt === null || firstAt < undone,
  );
  const troubles = new Set(meanwhile.map(({ signature }) => signature?.trouble));
  const cold = coldCache(scene);
  const behind = saturatedNeeds(scene);
  const text = words.map((each) => each.slice(0, 300));
  if (
    text.some((each) => CACHE.test(each)) &&
    (cold !== null || troubles.has('cache-miss') || troubles.has('pool') || behind.length > 0)
  ) {
    const rate = cold === null ? '' : `, which answers only ${Math.round(cold.hitRate * 100)}% of the reads`;
    const load = behind[0] === undefined ? '' : `, and ${behind[0]} has more work than it can do`;
    return [{ text: `${STAMPEDE}: it changed the cache${rate}${load}`, weight: 2, from }];
  }
  if (text.some((each) => SETTINGS.test(each)) && troubles.has('configuration'))
    return [{ text: 'it changed settings', weight: 1, from }];
  if (text.some((each) => /migrat|schema|column|table/i.test(each)) && troubles.has('schema'))
    return [{ text: 'it changed the tables', weight: 1, from }];
  return [];
}

/** Nothing else moved: then what happened last stands alone. */
function alone(scene: Scene, service: string): Claim[] {
  if (service !== scene.own) return [];
  const traffic = scene
    .metrics(scene.own)
    .filter(({ metric, points }) => isTraffic(metric) && points.length > 0);
  if (traffic.length === 0 || traffic.some(({ abnormal, up }) => abnormal && up)) return [];
  const others = scene.needed.flatMap((name) => scene.metrics(name));
  const moved = others.some(
    ({ abnormal, shared, since, metric }) =>
      abnormal && !shared && isEffect(metric) && since !== null && since <= scene.onset.by,
  );
  const troubled = scene.needed.some((name) => isTroubled(scene, name));
  return moved || troubled
    ? []
    : [{ text: 'traffic and what it depends on are as usual', weight: 1, from: `metrics of ${scene.own}` }];
}

function isTroubled(scene: Scene, service: string): boolean {
  const { health = null } = scene.about(service) ?? {};
  const down = standing(health) === 'short';
  const errors = newTroubles(scene, service).some(({ since, level }) => since === 'new' && level === 'error');
  return down || errors || scene.readings.incidents.some((each) => each.service === service);
}
