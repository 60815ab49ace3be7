// A service's health in a line.
import type { ServiceHealth } from '../domain/capability.ts';
import { atMost, clean } from './text.ts';

export type HealthMark = '✅' | '🟡' | '🔴' | '❔';

/** Green: all there and healthy. Red: none is. Yellow: something in between. */
export function healthMark({ desired, healthy, running }: ServiceHealth): HealthMark {
  if (healthy === null) return '❔';
  const wanted = desired ?? running ?? healthy;
  if (healthy === 0 && wanted > 0) return '🔴';
  return healthy < wanted ? '🟡' : '✅';
}

/** `✅ 3 of 3 healthy, release 491` */
export function healthLine(state: ServiceHealth): string {
  const { healthy, desired, running, release } = state;
  const wanted = desired ?? running;
  const count =
    healthy === null
      ? running === null
        ? 'health unknown'
        : `${running} running, health unknown`
      : `${healthy}${wanted === null ? '' : ` of ${wanted}`} healthy`;
  return `${healthMark(state)} ${count}${release ? `, release ${clean(release, 60)}` : ''}`;
}

/** The instances that are not healthy, and what goes on there by itself. */
export function instanceLines({ instances, notes = [], service }: ServiceHealth): string[] {
  const lines = instances
    .filter(({ state }) => state !== 'healthy')
    .map(({ id, state, detail }) => `${clean(id, 80)}: ${state}${detail ? ` (${clean(detail, 120)})` : ''}`);
  return [
    ...atMost(lines, 5, 'more that are not healthy'),
    ...notes.slice(0, 3).map((note) => `${clean(service, 80)}: ${clean(note, 280)}`),
  ];
}
