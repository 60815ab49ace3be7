// What was looked at and is not it: said only of what was read.
import { SUSPICIOUS_WITHIN_MS } from '../deploy-correlation.ts';
import type { Candidate } from './candidate.ts';
import { deployRuledOut } from './candidates/deploys.ts';
import { newTroubles, standing } from './mechanism.ts';
import { isTraffic } from './metric-evidence.ts';
import { deployTitle, lengthText, type Scene } from './scene.ts';

const MOST = 6;
const MOST_DEPLOYS = 3;

export function ruledOut(scene: Scene, cause: Candidate | null): string[] {
  return [
    ...deploys(scene, cause),
    ...traffic(scene),
    ...needs(scene, cause),
    ...incidents(scene),
    ...logs(scene),
    ...disks(scene),
  ].slice(0, MOST);
}

function deploys(scene: Scene, cause: Candidate | null): string[] {
  const out: string[] = [];
  for (const service of [scene.own, ...scene.needed]) {
    const all = [...(scene.about(service)?.deploys ?? [])].sort(
      (a, b) => b.at - a.at || (a.number < b.number ? 1 : -1),
    );
    for (const deploy of all) {
      if (cause?.kind === 'deploy' && cause.subject === service && cause.which === deploy.number) continue;
      const why = deployRuledOut(scene, service, deploy);
      if (why !== null) {
        out.push(why);
        continue;
      }
      const before = scene.onset.at - deploy.at;
      const of = service === scene.own ? '' : ` of ${service}`;
      if (before > SUSPICIOUS_WITHIN_MS && service === scene.own && !cause)
        out.push(`${deployTitle(deploy)}${of} was ${lengthText(before)} before, and left no trace`);
      // Older ones are older still.
      break;
    }
  }
  return out.slice(0, MOST_DEPLOYS);
}

function traffic(scene: Scene): string[] {
  const known = scene.metrics(scene.own).filter(({ metric, usual }) => isTraffic(metric) && usual !== null);
  return known.length > 0 && known.every(({ abnormal }) => !abnormal) ? ['traffic is as usual'] : [];
}

function needs(scene: Scene, cause: Candidate | null): string[] {
  return scene.needed.flatMap((service) => {
    if (cause?.subject === service) return [];
    const metrics = scene.metrics(service).filter(({ usual, shared }) => usual !== null && !shared);
    const { health = null } = scene.about(service) ?? {};
    if (metrics.some(({ abnormal }) => abnormal) || newTroubles(scene, service).length > 0) return [];
    if (metrics.length > 0) return [`${service} measures as usual`];
    return standing(health) === 'whole' ? [`all instances of ${service} are healthy`] : [];
  });
}

function incidents(scene: Scene): string[] {
  return scene.readings.incidents
    .filter(({ service }) => scene.relation(service) === 'apart' || scene.relation(service) === 'beside')
    .map(
      ({ id, service }) =>
        `incident #${id}${service === null ? '' : ` (${service})`} is of nothing it depends on`,
    )
    .slice(0, 2);
}

function logs(scene: Scene): string[] {
  const about = scene.about(scene.own);
  if (!about || about.lines.length === 0) return [];
  const found = scene.logs(scene.own);
  if (newTroubles(scene, scene.own).length > 0) return [];
  return [
    found.length === 0 ? 'its logs hold no errors' : 'its logs say nothing that they did not say before',
  ];
}

function disks({ readings: { disks } }: Scene): string[] {
  const most = disks.reduce((max, { percent }) => Math.max(max, percent), -1);
  return most >= 0 && most < 90 ? [`disks have room (${Math.round(most)}% at most)`] : [];
}
