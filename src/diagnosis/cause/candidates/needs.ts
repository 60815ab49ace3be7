// What the service depends on: down, or with more work than it can do; who else makes that work; and its own visitors.
import { valueText } from '../../../domain/value-text.ts';
import type { Candidate, Claim } from '../candidate.ts';
import type { LogFact } from '../log-evidence.ts';
import {
  coldCache,
  newTroubles,
  saturatedMetrics,
  saturatedNeeds,
  saysSaturated,
  standing,
  waitsForLocks,
} from '../mechanism.ts';
import { isTraffic, type MetricFact, timesUsual } from '../metric-evidence.ts';
import { bare, quote, type Scene } from '../scene.ts';
import type { Trouble } from '../signatures.ts';
import { neighbourCandidates } from './neighbours.ts';

const MUCH_TRAFFIC = 1.8;

/** What its own source tells of a database that does not answer for a while. */
const UPSET = /restart|reboot|shut ?down|stopped|maintenance|crash|recover|patch|upgrade|unreachable/i;
const UPSET_WITHIN_MS = 15 * 60_000;

const NO_ANSWER: readonly (Trouble | undefined)[] = ['refused', 'unavailable', 'timeout'];

export function downCandidates(scene: Scene): Candidate[] {
  return scene.needed.flatMap((service): Candidate[] => {
    const claims: Claim[] = [];
    let at: number | null = null;
    const earlier = (instant: number | null) => {
      if (instant !== null && (at === null || instant < at)) at = instant;
    };
    const { health = null, database = null } = scene.about(service) ?? {};
    const wanted = health?.desired ?? null;
    if (health && health.healthy === 0 && wanted !== 0)
      claims.push({
        text: `none of the instances of ${service} is healthy`,
        weight: 4,
        from: `health of ${service}`,
      });
    else if (health && standing(health) === 'short')
      claims.push({
        text: `${health.healthy} of ${wanted} instances of ${service} are healthy`,
        weight: 1.5,
        from: `health of ${service}`,
      });
    const up = scene.metric(service, 'up');
    if (up && up.current === 0 && (up.since === null || up.since <= scene.onset.by)) {
      claims.push({ text: `${service} is down`, weight: 3, from: `metric up of ${service}` });
      earlier(up.since);
    }
    if (database?.status && !/^(?:available|healthy|ok|running)$/i.test(database.status))
      claims.push({
        text: `the database ${service} is ${quote(database.status, 40)}`,
        weight: 2,
        from: `database ${service}`,
      });
    const upset = (database?.events ?? []).findLast(
      ({ at: when, text }) =>
        when <= scene.onset.by && scene.onset.at - when <= UPSET_WITHIN_MS && UPSET.test(text),
    );
    if (upset) {
      claims.push({ text: quote(upset.text), weight: 2, from: `database ${service}` });
      earlier(upset.at);
    }
    for (const { id, service: of, startedAt, title } of scene.readings.incidents) {
      if (of !== service || startedAt > scene.onset.by) continue;
      claims.push({
        text: `incident #${id} (${quote(title, 80)}) is open there`,
        weight: 4,
        from: `incident #${id}`,
      });
      earlier(startedAt);
    }
    const named = complaintOf(scene, service);
    const isWell = standing(health) === 'whole' && Number(wanted) > 0;
    if (named) {
      const refused = named.signature?.trouble !== 'timeout';
      claims.push({
        text: `${quote(named.message)} in the logs of ${named.service}`,
        weight: (refused ? 3 : 2) - (isWell ? 1 : 0),
        from: `logs of ${named.service}`,
      });
      earlier(named.firstAt !== null && named.firstAt <= scene.onset.by ? named.firstAt : null);
    } else if (claims.length > 0) {
      const nameless = newTroubles(scene, scene.own).find(
        ({ about, signature }) => about === null && NO_ANSWER.includes(signature?.trouble),
      );
      if (nameless)
        claims.push({
          text: `${quote(nameless.message)} in the logs of ${scene.own}`,
          weight: 1.5,
          from: `logs of ${scene.own}`,
        });
    }
    if (claims.length === 0) return [];
    return [
      {
        kind: 'dependency-down',
        subject: service,
        which: null,
        title: `${service}, which it depends on, is in trouble`,
        at,
        trigger: false,
        claims,
      },
    ];
  });
}

/** Who speaks to it says by name that it does not answer: the service itself, else one on the way there. */
function complaintOf(scene: Scene, service: string): LogFact | null {
  const between = scene.needed.filter((name) =>
    scene.readings.services.some((each) => each.name === name && each.dependsOn.includes(service)),
  );
  for (const place of [scene.own, ...between]) {
    const fact = newTroubles(scene, place).find(
      ({ about, signature }) =>
        about !== null &&
        'service' in about &&
        about.service === service &&
        NO_ANSWER.includes(signature?.trouble),
    );
    if (fact) return fact;
  }
  return null;
}

export function loadCandidates(scene: Scene): Candidate[] {
  return [...traffic(scene), ...saturation(scene), ...neighbourCandidates(scene), ...cache(scene)];
}

export function surge(scene: Scene, service: string, atLeast: number): MetricFact | null {
  return (
    scene
      .metrics(service)
      .find(
        (fact) =>
          isTraffic(fact.metric) &&
          fact.abnormal &&
          fact.up &&
          fact.since !== null &&
          fact.since <= scene.onset.by &&
          (timesUsual(fact) ?? 0) >= atLeast,
      ) ?? null
  );
}

function traffic(scene: Scene): Candidate[] {
  const fact = surge(scene, scene.own, MUCH_TRAFFIC);
  if (!fact) return [];
  const times = timesUsual(fact) ?? 1;
  const troubles = newTroubles(scene, scene.own).map(({ signature }) => signature?.trouble);
  const busy =
    saturatedMetrics(scene, scene.own).length > 0 ||
    saturatedNeeds(scene).length > 0 ||
    troubles.some((each) => each === 'pool' || each === 'timeout' || each === 'saturated');
  return [
    {
      kind: 'traffic',
      subject: scene.own,
      which: null,
      title: 'much more traffic than usual',
      at: fact.since,
      trigger: true,
      claims: [
        {
          text: `${bare(fact.metric)} is ${valueText(fact.current, fact.unit)}, usually ${valueText(fact.usual, fact.unit)}`,
          // Who is not answered asks again: what rises after the effect may be of it.
          weight: (times >= 3 ? 4.5 : 3) - ((fact.since ?? 0) > scene.onset.at ? 1.5 : 0),
          from: `metric ${fact.metric} of ${scene.own}`,
        },
        ...(busy
          ? [{ text: 'it has more work than it can do', weight: 1.5, from: `metrics of ${scene.own}` }]
          : []),
      ],
    },
  ];
}

function saturation(scene: Scene): Candidate[] {
  const own = newTroubles(scene, scene.own);
  const pool = own.find(({ signature }) => ['pool', 'locks', 'saturated'].includes(signature?.trouble ?? ''));
  return scene.needed.flatMap((service): Candidate[] => {
    const facts = saturatedMetrics(scene, service);
    // Who waits for a lock does no work: then full connections and pools are the queue behind it.
    const waits = waitsForLocks(scene, service);
    const says = waits ? null : saysSaturated(scene, service);
    const claims: Claim[] = [
      ...facts.slice(0, 2).map((fact) => ({
        text: `${bare(fact.metric)} of ${service} is ${valueText(fact.current, fact.unit)}, usually ${valueText(fact.usual, fact.unit)}`,
        weight: 2,
        from: `metric ${fact.metric} of ${service}`,
      })),
      ...(says
        ? [{ text: `${quote(says.message)} in its logs`, weight: 1.5, from: `logs of ${service}` }]
        : []),
    ];
    if (claims.length === 0) return [];
    if (pool && !waits)
      claims.push({
        text: `${quote(pool.message)} in the logs of ${scene.own}`,
        weight: 1.5,
        from: `logs of ${scene.own}`,
      });
    const since = facts.map((fact) => fact.since ?? scene.onset.at).sort((a, b) => a - b)[0] ?? null;
    return [
      {
        kind: 'saturation',
        subject: service,
        which: null,
        title: `${service} has more work than it can do`,
        at: since,
        trigger: false,
        claims,
      },
    ];
  });
}

/** A cache that lost its keys, and whoever has to do the work. */
function cache(scene: Scene): Candidate[] {
  const cold = coldCache(scene);
  const said = newTroubles(scene, scene.own).find(({ signature }) => signature?.trouble === 'cache-miss');
  const [behind] = saturatedNeeds(scene);
  if (!cold && !said) return [];
  const claims: Claim[] = [
    ...(cold
      ? [
          {
            text: `the hit rate of ${cold.service} is ${Math.round(cold.hitRate * 100)}%`,
            weight: 1.5,
            from: `cache ${cold.service}`,
          },
        ]
      : []),
    ...(said
      ? [{ text: `${quote(said.message)} in the logs`, weight: 1.5, from: `logs of ${scene.own}` }]
      : []),
    ...(behind
      ? [{ text: `${behind} does the work behind it`, weight: 1.5, from: `metrics of ${behind}` }]
      : []),
  ];
  return [
    {
      kind: 'cache',
      subject: cold?.service ?? scene.own,
      which: null,
      title: 'the cache answers little',
      at: said?.firstAt != null && said.firstAt <= scene.onset.by ? said.firstAt : null,
      trigger: false,
      claims,
    },
  ];
}
