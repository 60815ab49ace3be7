import type { AssessedStep, Assessment } from '../guardrails.ts';
import { allow } from './assessment.ts';

/** Never routine: the load behind the cache may be the very thing that is failing. */
export function assessFlush({ args }: AssessedStep<'caches.flush'>): Assessment {
  const everything = args.pattern === undefined || /^\*+$/.test(args.pattern);
  return allow(
    'disruptive',
    everything ? ['every key goes: all requests reach what is behind the cache at first'] : [],
  );
}
