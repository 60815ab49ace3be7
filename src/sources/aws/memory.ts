// Answers that may be used again for a while.
import type { Clock } from '../../domain/clock.ts';

interface Kept {
  until: number;
  answer: Promise<unknown>;
}

/** The oldest are forgotten beyond this. */
const MOST = 2000;

export function createMemory(
  clock: Clock,
): <T>(key: string, ms: number, read: () => Promise<T>, worth?: (answer: T) => boolean) => Promise<T> {
  const kept = new Map<string, Kept>();
  return <T>(key: string, ms: number, read: () => Promise<T>, worth: (answer: T) => boolean = () => true) => {
    const now = clock.now();
    const known = kept.get(key);
    if (known !== undefined && known.until > now) return known.answer as Promise<T>;
    const answer = read();
    const mine: Kept = { until: now + ms, answer };
    kept.delete(key);
    kept.set(key, mine);
    const forget = () => {
      if (kept.get(key) === mine) kept.delete(key);
    };
    answer.then((value) => worth(value) || forget(), forget);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST) break;
      kept.delete(oldest);
    }
    return answer;
  };
}
