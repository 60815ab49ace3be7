// What people and our own fixes did before it began, and changes that others told us of.
import type { Candidate, Claim } from '../candidate.ts';
import { coldCache, newTroubles, saturatedNeeds } from '../mechanism.ts';
import type { Doing, ToldChange } from '../readings.ts';
import { quote, type Scene } from '../scene.ts';
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
  if (relation === 'apart' || relation === 'beside') return null;
  const near = nearness(scene, at);
  // What brings something back is seldom what breaks it.
  if (!near || (capability === 'deploys.rollback' && troubledBefore(scene, at))) return null;
  const count = doing.scaled ? ` from ${doing.scaled.from} to ${doing.scaled.to}` : '';
  const by = autoFix === null ? '' : ` by the auto-fix ${quote(autoFix, 60)}`;
  return {
    kind: 'action',
    subject: service,
    which: capability,
    title: `${verb} of ${service}${count}${by}`,
    at,
    trigger: true,
    claims: [{ ...near, from: 'our own record' }, ...marks(scene, doing)],
  };
}

/** Its alert's effect was there when the step was taken. */
function troubledBefore({ readings }: Scene, at: number): boolean {
  return at >= readings.startedAt;
}

/** What such a step leaves behind where it was too much. */
function marks(scene: Scene, { capability, service, scaled, at }: Doing): Claim[] {
  const about = service === null ? null : scene.about(service);
  const troubles = new Set(newTroubles(scene, scene.own).map(({ signature }) => signature?.trouble));
  const load = troubles.has('saturated') || troubles.has('pool') || troubles.has('timeout');
  switch (capability) {
    case 'services.scale':
      if (!scaled || scaled.to >= scaled.from)
        return [{ text: 'more instances take nothing away', weight: -1.5, from: 'our own record' }];
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

/** A deploy that a source of ours lists too: it is one thing, not two. */
function isDeploy(scene: Scene, { service, title, at }: ToldChange): boolean {
  const deploys = service === null ? [] : (scene.about(service)?.deploys ?? []);
  return deploys.some(
    (deploy) => Math.abs(deploy.at - at) <= 2 * 60_000 || title.includes(`#${deploy.number}`),
  );
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
            ? [{ text: `${quote(first.message)} since`, weight: 1.5, from: `logs of ${scene.own}` }]
            : []),
          ...(/secret|password|credential|rotat|key\b|token/i.test(title) &&
          own.some(({ signature }) => signature?.trouble === 'credentials')
            ? [{ text: 'credentials are refused since', weight: 2, from: `logs of ${scene.own}` }]
            : []),
        ],
      },
    ];
  });
}
