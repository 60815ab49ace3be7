// Whether what the alert complains of is there at all.
import { type Candidate, scoreOf } from './candidate.ts';
import { newTroubles, standing } from './mechanism.ts';
import { isEffect } from './metric-evidence.ts';
import type { Scene } from './scene.ts';

/** What people notice. All of them, where the alert does not say what it is about. */
const NOTICED = ['error_rate', 'latency', 'up'];

/** All that people would notice is measured and as always, instances are well, and nothing new is in the logs. */
export function looksHealthy(scene: Scene, candidates: readonly Candidate[]): boolean {
  const { own, readings } = scene;
  const asked = readings.metric === null ? null : scene.metric(own, readings.metric);
  const { health = null } = scene.about(own) ?? {};
  // Who runs its instances knows as well as a probe whether they are up.
  const isUp = standing(health) === 'whole' && Number(health?.desired) > 0;
  const effects = scene.metrics(own).filter(({ metric, usual }) => isEffect(metric) && usual !== null);
  if (readings.metric !== null) {
    // Of something else than what is measured here, it may be right.
    if (!asked || asked.usual === null || asked.abnormal) return false;
  } else if (
    NOTICED.some((name) => !effects.some(({ metric }) => metric === name) && !(name === 'up' && isUp))
  )
    return false;
  if (effects.some(({ abnormal }) => abnormal) || effects.length === 0) return false;
  if (standing(health) === 'short') return false;
  if (
    newTroubles(scene, own).some(
      ({ since, level, signature }) => since === 'new' && (level === 'error' || signature?.role === 'root'),
    )
  )
    return false;
  return !candidates.some((each) => !each.trigger && scoreOf(each) >= 4);
}
