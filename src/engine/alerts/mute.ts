// What a silence covers wakes nobody: it is kept, and written down with the silence that did it.
import type { Alert } from '../../domain/alert.ts';
import type { Silence } from '../../domain/resource.ts';
import { activeUntil, silencedBy } from '../../domain/silence.ts';
import { momentText } from '../../domain/time.ts';
import { MUTING_KEY } from '../../store/resources.ts';
import type { Tables } from '../../store/tables.ts';
import type { Engine } from '../engine.ts';
import { keep } from './attach.ts';
import type { Setup } from './setup.ts';

const PREFIX = 'silence:';

export const mutedBySilence = (name: string): string => `${PREFIX}${name}`;
export const silenceName = (mutedBy: string): string =>
  mutedBy.startsWith(PREFIX) ? mutedBy.slice(PREFIX.length) : mutedBy;

/** True: a silence has it, and nobody is told. */
export async function mute(
  tx: Tables,
  before: Alert | null,
  saved: Omit<Alert, 'id'>,
  { silences }: Setup,
  engine: Engine,
): Promise<boolean> {
  const now = engine.clock.now();
  const silence = silencedBy(saved, silences, now);
  if (!silence) return false;
  const mutedBy = mutedBySilence(silence.name);
  await keep(tx, before, { ...saved, mutedBy }, now);
  if (before?.status !== 'firing' || before.mutedBy !== mutedBy) {
    await recordMuting(tx, saved, silence, engine);
    // Of an incident whose people are being told: the one who looks after those looks at it.
    if (saved.incidentId !== null) await tx.jobs.set('muting', {}, { key: MUTING_KEY, priority: 1 });
  }
  return true;
}

export async function recordMuting(
  tx: Tables,
  { title, incidentId }: Pick<Alert, 'title' | 'incidentId'>,
  silence: Silence,
  engine: Engine,
): Promise<void> {
  await tx.timeline.add({
    incidentId,
    kind: 'alert',
    text: `${title}: silenced by "${silence.name}" until ${endOf(silence, engine)}`,
    data: { silence: silence.name },
  });
}

/** When it stops, as people read it. */
export function endOf(silence: Silence, engine: Engine): string {
  const now = engine.clock.now();
  const until = activeUntil(silence, now);
  return until === null || until === Number.POSITIVE_INFINITY
    ? 'it is removed'
    : momentText(until, now, engine.zone);
}
