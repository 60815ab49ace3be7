// Which deploy a problem may come from: the last one before it began.
import type { Deploy } from '../domain/capability.ts';

/** A problem that begins within this time after a deploy is held against it. */
export const SUSPICIOUS_WITHIN_MS = 30 * 60_000;

/**
 * The newest deploy that reached the service at or before the instant `at`, in whatever order they come. A failed
 * one never ran; one still going out has begun to. Null: none is known.
 */
export function lastDeployBefore(deploys: readonly Deploy[], at: number): Deploy | null {
  let last: Deploy | null = null;
  for (const deploy of deploys) {
    if (deploy.status === 'failed' || !(deploy.at <= at)) continue;
    if (last === null || deploy.at > last.at) last = deploy;
  }
  return last;
}

/** The deploy a problem that began at `onsetAt` is likely to come from; null: none was near enough. */
export function suspiciousDeploy(deploys: readonly Deploy[], onsetAt: number): Deploy | null {
  const last = lastDeployBefore(deploys, onsetAt);
  return last && onsetAt - last.at <= SUSPICIOUS_WITHIN_MS ? last : null;
}

/** Only the newest that runs can be rolled back: an older one would undo several, and what is rolled back stays so. */
export function canBeUndone(deploy: Deploy, deploys: readonly Deploy[]): boolean {
  if (deploy.rolledBack || deploy.status === 'failed') return false;
  if (deploy.status === 'in-progress' && deploy.stoppable !== true) return false;
  return deploys.every(({ at, status, rolledBack }) => at <= deploy.at || status === 'failed' || rolledBack);
}
