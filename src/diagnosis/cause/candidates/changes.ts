// What people and our own fixes did before it began, and changes that others told us of.
import type { Candidate, Claim } from '../candidate.ts';
import { coldCache, newTroubles, saturatedMetrics, saturatedNeeds, saysSaturated } from '../mechanism.ts';
import type { Doing, ToldChange } from '../readings.ts';
import { quote, type Scene } from '../scene.ts';
import type { Trouble } from '../signatures.ts';
import { nearness } from './deploys.ts';

const VERBS: Readonly<Record<string, string>> = {
  'services.scale': 'the scaling',
  'services.restart': 'the restart',
  'deploys.rollback': 'the rollback',
  'caches.flush': 'the cache flush',
  'databases.failover': 'the failover',
};

export function actionCandidates(scene: Scene): Candidate[] {
  return scene.readings.doings.flatMap((doing) => ofDoing(scene, doing) ?? []);
}

function ofDoing(scene: Scene, doing: Doing): Candidate | null {
  const { service, capability, at, state, autoFix } = doing;
  const verb = VERBS[capability];
  if (verb === undefined || service === null || state === 'failed') return null;
  const relation = scene.relation(service);
  // What is beside it hurts it only by what both need.
  if (relation === 'apart' || (relation === 'beside' && !isScaledUp(doing))) return null;
  const near = nearness(scene, at);
  // What brings something back is seldom what breaks it.
  if (!near || (capability === 'deploys.rollback' && troubledBefore(scene, at))) return null;
  const left = marks(scene, doing);
  if (relation === 'beside' && left.every(({ weight }) => weight <= 0)) return null;
  const count = doing.scaled ? ` from ${doing.scaled.from} to ${doing.scaled.to}` : '';
  const by = autoFix === null ? '' : ` by the auto-fix ${quote(autoFix, 60)}`;
  return {
    kind: 'action',
    subject: service,
    which: capability,
    title: `${verb} of ${service}${count}${by}`,
    at,
    trigger: true,
    claims: [{ ...near, from: 'our own record' }, ...(left.length > 0 ? left : unmarked(scene, at))],
  };
}

function isScaledUp({ capability, scaled }: Doing): boolean {
  return capability === 'services.scale' && scaled !== null && scaled.to > scaled.from;
}

/** Its alert's effect was there when the step was taken. */
function troubledBefore({ readings }: Scene, at: number): boolean {
  return at >= readings.startedAt;
}

/** A step that left none of its marks: errors since then may be of it, silence is not. */
function unmarked(scene: Scene, at: number): Claim[] {
  const since = newTroubles(scene, scene.own).some(({ firstAt }) => firstAt !== null && firstAt >= at);
  return since ? [] : [{ text: 'nothing shows that it did harm', weight: -1, from: 'our own record' }];
}

/** What such a step leaves behind where it was too much. */
function marks(scene: Scene, { capability, service, scaled, at }: Doing): Claim[] {
  const about = service === null ? null : scene.about(service);
  const troubles = new Set(newTroubles(scene, scene.own).map(({ signature }) => signature?.trouble));
  const load = troubles.has('saturated') || troubles.has('pool') || troubles.has('timeout');
  switch (capability) {
    case 'services.scale':
      if (!scaled || scaled.to >= scaled.from)
        return (
          filledUp(scene, service, at) ?? [
            { text: 'more instances take nothing away', weight: -1.5, from: 'our own record' },
          ]
        );
      return [{ text: 'fewer instances do the same work', weight: load ? 3 : 2, from: 'our own record' }];
    case 'services.restart': {
      const starting = about?.health?.instances.filter(({ state }) => state === 'starting').length ?? 0;
      const cold = troubles.has('cache-miss');
      if (starting === 0 && !cold) return [];
      const text =
        starting > 0 ? `${starting} of its instances are still starting` : 'it works with empty caches since';
      return [{ text, weight: 2, from: `health of ${service}` }];
    }
    case 'caches.flush': {
      const cold = coldCache(scene);
      if (!cold && !troubles.has('cache-miss')) return [];
      const [behind] = saturatedNeeds(scene);
      const rate = cold
        ? `the hit rate of ${cold.service} is ${Math.round(cold.hitRate * 100)}%`
        : 'reads miss the cache since';
      return [{ text: `${rate}${behind ? `, and ${behind} does the work` : ''}`, weight: 3, from: 'cache' }];
    }
    case 'databases.failover':
      return troubles.has('read-only') || troubles.has('refused')
        ? [{ text: 'it still talks to the old primary', weight: 2.5, from: `logs of ${scene.own}` }]
        : [];
    case 'deploys.rollback': {
      // What ran before meets tables and settings that have moved on.
      const since = newTroubles(scene, scene.own).find(
        ({ firstAt, signature }) => firstAt !== null && firstAt >= at && signature?.byDeploy === 'usual',
      );
      return since
        ? [{ text: `${quote(since.message)} since`, weight: 2.5, from: `logs of ${scene.own}` }]
        : [];
    }
    default:
      return [];
  }
}

/** So far apart two measurements of one moment may be. */
const A_POINT_MS = 60_000;

/**
 * What more instances need more of: something that both need, which has been full since then and was not before. Null:
 * nothing such.
 */
function filledUp(scene: Scene, service: string | null, at: number): Claim[] | null {
  const { dependsOn = [] } = scene.readings.services.find(({ name }) => name === service) ?? {};
  const shared = dependsOn.filter((name) => scene.needed.includes(name));
  const pool = newTroubles(scene, scene.own).some(({ signature }) => signature?.trouble === 'pool');
  for (const name of shared) {
    const facts = saturatedMetrics(scene, name);
    const [first] = facts
      .filter(({ since }) => since !== null)
      .sort((a, b) => Number(a.since) - Number(b.since));
    const said = saysSaturated(scene, name);
    const begun = first?.since ?? said?.firstAt ?? null;
    // Where it was busy before, the instances came because of it.
    if (begun === null || begun < at - A_POINT_MS) continue;
    const connections = pool || facts.some(({ metric }) => /connection|session/i.test(metric));
    return [
      {
        text: `more instances ask more of ${name}, which has more work than it can do since`,
        weight: connections ? 3 : 2,
        from: first ? `metric ${first.metric} of ${name}` : `logs of ${name}`,
      },
    ];
  }
  return null;
}

/** A deploy that a source of ours lists too: it is one thing, not two. */
function isDeploy(scene: Scene, { service, title, at }: ToldChange): boolean {
  const deploys = service === null ? [] : (scene.about(service)?.deploys ?? []);
  return deploys.some(
    (deploy) => Math.abs(deploy.at - at) <= 2 * 60_000 || title.includes(`#${deploy.number}`),
  );
}

/** The first requests after it meet what it broke. */
const AT_ONCE_MS = 3 * 60_000;
const OF_WATCHING = /dashboard|grafana|alert (?:rule|policy)|runbook|readme|\bdocs?\b|on-?call|status page/i;

/** What a change of such a name can break. */
const KIN: readonly [title: RegExp, troubles: readonly (Trouble | undefined)[], since: string][] = [
  [
    /secret|password|credential|rotat|\bkeys?\b|token|\biam\b|role|polic(?:y|ies)|permission/i,
    ['credentials'],
    'credentials are refused since',
  ],
  [/dns|zone\b|record|route ?53|coredns|resolver|domain/i, ['dns'], 'names do not resolve since'],
  [
    /security[ _]group|firewall|network[ _]?polic|\bacl\b|\bnacl\b|subnet|route[ _]table|peering|\bvpc\b|\bvpn\b|gateway|proxy|mesh|egress|ingress/i,
    ['refused', 'timeout', 'unavailable'],
    'it is not reached since',
  ],
  [/cert|\btls\b|\bssl\b|\bca\b|acme\b/i, ['certificate', 'trust'], 'certificates are refused since'],
  [
    /config|setting|parameter|\benv\b|values|secret/i,
    ['configuration'],
    'its configuration cannot be used since',
  ],
  [/migrat|schema|table|column|index|\bddl\b/i, ['schema', 'locks'], 'tables and code do not agree since'],
  [
    /limit|memory|resources|instance (?:class|type)|maxmemory|heap/i,
    ['out-of-memory'],
    'memory runs out since',
  ],
  [
    /upgrade|maintenance|reboot|patch|version|restart|fail ?over/i,
    ['refused', 'unavailable', 'read-only', 'failover'],
    'it does not answer since',
  ],
];

function kinship(scene: Scene, title: string, at: number): Claim[] {
  const since = newTroubles(scene, scene.own).filter(({ firstAt }) => firstAt === null || firstAt >= at);
  const kin = KIN.find(
    ([words, troubles]) =>
      words.test(title) && since.some(({ signature }) => troubles.includes(signature?.trouble)),
  );
  return kin ? [{ text: kin[2], weight: 2, from: `logs of ${scene.own}`, specific: true }] : [];
}

export function toldCandidates(scene: Scene): Candidate[] {
  return scene.readings.changes.flatMap((change): Candidate[] => {
    const { service, title, at, source } = change;
    const relation = scene.relation(service);
    if (service === null || (relation !== 'own' && relation !== 'needed')) return [];
    const near = nearness(scene, at);
    if (!near || isDeploy(scene, change)) return [];
    const own = newTroubles(scene, scene.own);
    const [first] = own;
    const seldom = own.some(({ signature }) => signature?.byDeploy === 'seldom');
    return [
      {
        kind: 'change',
        subject: service,
        which: null,
        title: `the change ${quote(title, 120)}`,
        at,
        trigger: true,
        claims: [
          { ...near, from: `told by ${source}` },
          ...(first && first.firstAt !== null && first.firstAt >= at && !seldom
            ? [
                {
                  text: `${quote(first.message)} since`,
                  weight: 1.5,
                  from: `logs of ${scene.own}`,
                  specific: first.firstAt - at <= AT_ONCE_MS,
                },
              ]
            : []),
          ...(OF_WATCHING.test(title)
            ? [{ text: 'it changed only how things are watched', weight: -2, from: `told by ${source}` }]
            : []),
          ...kinship(scene, title, at),
        ],
      },
    ];
  });
}
