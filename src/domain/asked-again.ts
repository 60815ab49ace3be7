// The same wish said twice is one plan: two cards with one change invite two yeses.
import { type Plan, planDigest } from './plan.ts';

/**
 * Whether `made` is what waits already, but for when it ends: the same bytes, for the same person, command and place. One that has
 * less than half of its time left does not count: whoever asks again wants the time to decide.
 */
export function isAskedAgain(made: Omit<Plan, 'id'>, waiting: Plan): boolean {
  const { expiresAt, createdAt } = waiting;
  return (
    made.command === waiting.command &&
    made.autoFix === waiting.autoFix &&
    made.incidentId === waiting.incidentId &&
    made.destination.channel === waiting.destination.channel &&
    made.destination.conversation === waiting.destination.conversation &&
    planDigest({ ...made, expiresAt }) === waiting.digest &&
    expiresAt - made.createdAt >= (expiresAt - createdAt) / 2
  );
}
