// Who else needs the same and asks more of it than ever: jobs, exports, visitors of somebody else.
import { valueText } from '../../../domain/value-text.ts';
import type { Candidate, Claim } from '../candidate.ts';
import { busyShared, newTroubles, saturatedMetrics, saysSaturated } from '../mechanism.ts';
import { isTraffic, type MetricFact, timesUsual } from '../metric-evidence.ts';
import { bare, lengthText, quote, type Scene } from '../scene.ts';

/** Requests vary less than the work of one machine: a job takes all of a processor and tells nobody. */
const MUCH_TRAFFIC = 2;
const MUCH_WORK = 2.5;
const ITS_WORK = /cpu|network|bytes|iops|disk_(?:read|write)|rows|queries|jobs|load/i;
/** What somebody else began explains what happened soon after. */
const WITHIN_MS = 15 * 60_000;
/** Two measurements of one moment. */
const A_POINT_MS = 60_000;

export function neighbourCandidates(scene: Scene): Candidate[] {
  return scene.beside.flatMap((service): Candidate[] => {
    const shares = busyShared(scene, service);
    const fact = shares === null ? null : burst(scene, service, shares);
    if (shares === null || fact === null) return [];
    const traffic = isTraffic(fact.metric);
    return [
      {
        kind: 'neighbour',
        subject: service,
        which: null,
        title: `${service} puts unusual work on ${shares}`,
        at: fact.since,
        trigger: true,
        claims: [
          {
            text: `${bare(fact.metric)} of ${service} is ${valueText(fact.current, fact.unit)}, usually ${valueText(fact.usual, fact.unit)}`,
            weight: traffic ? 3.5 : 3,
            from: `metric ${fact.metric} of ${service}`,
          },
          { text: `${shares} has more work than it can do`, weight: 1.5, from: `metrics of ${shares}` },
          ...namedThere(scene, shares, service),
        ],
      },
    ];
  });
}

/** Its own load, that began before the effect and no later than what both need was full. */
function burst(scene: Scene, service: string, shares: string): MetricFact | null {
  const { onset } = scene;
  const full = [
    ...saturatedMetrics(scene, shares).map(({ since }) => since),
    saysSaturated(scene, shares)?.firstAt ?? null,
  ].flatMap((since) => since ?? []);
  const fullAt = full.length === 0 ? onset.by : Math.min(...full);
  const facts = scene.metrics(service).filter((fact) => {
    const { metric, abnormal, up, since, shared } = fact;
    if (!abnormal || !up || shared || since === null) return false;
    if (since > onset.by || onset.at - since > WITHIN_MS) return false;
    const times = timesUsual(fact) ?? 0;
    if (isTraffic(metric)) return times >= MUCH_TRAFFIC;
    return ITS_WORK.test(metric) && times >= MUCH_WORK && since <= fullAt + A_POINT_MS;
  });
  return facts.find(({ metric }) => isTraffic(metric)) ?? facts[0] ?? null;
}

/** Slow queries and sessions of its user, in the logs of what both need. */
function namedThere(scene: Scene, shares: string, service: string): Claim[] {
  const name = new RegExp(
    `\\b(?:user|User@Host|application_name|client|app|db)[=: @]{1,3}["'\\[]?${service.replace(/[^a-z0-9]/gi, '.')}\\b`,
    'i',
  );
  const fact = newTroubles(scene, shares).find(({ text }) => name.test(text));
  if (!fact || fact.firstAt === null) return [];
  const before = scene.onset.at - fact.firstAt;
  return [
    {
      text: `${quote(fact.message)} in its logs${before > 0 ? `, ${lengthText(before)} before it began` : ''}`,
      weight: 1.5,
      from: `logs of ${shares}`,
      specific: true,
    },
  ];
}
