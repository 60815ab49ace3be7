// What may run without a person, by its nature: bounded, converging, repeatable. The executor checks the
// measured risk again; this is the first of the two gates.
import { type ChangeCapability, isReadCapability } from '../domain/capability.ts';
import type { CompiledStep } from '../domain/resource.ts';
import { writeStep } from './values/typed-step.ts';

export function refusalOfAuto(
  steps: readonly CompiledStep[],
  notify: string | undefined,
): { why: string; hint?: string } | null {
  if (steps.length === 0) return { why: 'it has no steps to run' };
  for (const step of steps) {
    const why = reason(step);
    if (why) return { why: `step "${writeStep(step)}" ${why}` };
  }
  if (notify === undefined) {
    return {
      why: 'nobody would be told when it runs',
      hint: 'add --notify "#ops-info", or write --approval ask',
    };
  }
  return null;
}

function reason({ capability, args }: CompiledStep): string | null {
  if (BOUNDED.has(capability) || isReadCapability(capability)) return null;
  if (capability === 'services.restart') {
    return args.mode === 'rolling' ? null : 'restarts everything at once, which people notice';
  }
  if (capability === 'services.scale')
    return 'scales, and whether that is up or down is known only when it runs';
  if (capability === 'deploys.rollback') return 'is a rollback, and a rollback is always decided by a person';
  if (capability === 'caches.flush')
    return 'flushes a cache, and the load that follows can be worse than the problem';
  if (capability.startsWith('databases.')) return 'changes a database, and that is always decided by people';
  return 'is not known to be safe without a person';
}

const BOUNDED: ReadonlySet<string> = new Set<ChangeCapability>([
  'disk.prune-docker',
  'disk.vacuum-journal',
  'disk.remove-old-files',
]);
