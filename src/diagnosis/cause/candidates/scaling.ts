// Scaling that nobody asked us for: by a schedule, by a rule of the cloud, by hand. Its source tells of it in its notes.
import { parseDuration } from '../../../domain/duration.ts';
import { compareText } from '../../../domain/text/compare.ts';
import type { Candidate } from '../candidate.ts';
import { newTroubles, saturatedMetrics } from '../mechanism.ts';
import { quote, type Scene } from '../scene.ts';
import { nearness } from './deploys.ts';

/** `10m ago: Terminating EC2 instance ... (..., shrinking the capacity from 6 to 2.)`, as Auto Scaling words its causes. */
const AGED = /^(\S{1,12}) ago: /;
const SHRUNK =
  /(?:shrinking|changing|decreas\w+|reduc\w+|scal\w+)(?: \w+){0,5} from (\d{1,5}) to (\d{1,5})\b/i;

export function scalingCandidates(scene: Scene): Candidate[] {
  return [scene.own, ...scene.needed].flatMap((service): Candidate[] => {
    const [last] = scalingsOf(scene, service).sort((a, b) => b.at - a.at || compareText(a.note, b.note));
    const near = last ? nearness(scene, last.at) : null;
    if (!last || !near || isOurs(scene, service, last.at)) return [];
    const busy =
      saturatedMetrics(scene, service).length > 0 ||
      newTroubles(scene, service).some(({ signature }) =>
        ['saturated', 'pool', 'timeout'].includes(signature?.trouble ?? ''),
      );
    const from = `health of ${service}`;
    return [
      {
        kind: 'scaling',
        subject: service,
        which: null,
        title: `${service} was scaled down from ${last.from} to ${last.to}`,
        at: last.at,
        trigger: true,
        claims: [
          { ...near, from },
          { text: quote(last.note), weight: busy ? 2.5 : 1, from },
        ],
      },
    ];
  });
}

interface Scaling {
  note: string;
  at: number;
  from: number;
  to: number;
}

/** Those that took something away, before the effect. */
function scalingsOf(scene: Scene, service: string): Scaling[] {
  return (scene.about(service)?.health?.notes ?? []).flatMap((note) => {
    const [, from = '', to = ''] = SHRUNK.exec(note) ?? [];
    const at = instantOf(note, scene.readings.now);
    if (from === '' || Number(to) >= Number(from) || at === null || at > scene.onset.by) return [];
    return [{ note, at, from: Number(from), to: Number(to) }];
  });
}

function instantOf(note: string, now: number): number | null {
  const age = AGED.exec(note)?.[1];
  if (age === undefined) return null;
  try {
    return now - parseDuration(age);
  } catch {
    return null;
  }
}

/** What was done through us is known more exactly. */
function isOurs(scene: Scene, service: string, at: number): boolean {
  return scene.readings.doings.some(
    (doing) =>
      doing.capability === 'services.scale' &&
      doing.service === service &&
      Math.abs(doing.at - at) < 5 * 60_000,
  );
}
