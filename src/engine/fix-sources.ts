// Which sources the steps of an auto-fix may go to.
import type { CompiledStep } from '../domain/resource.ts';
import type { SourceAdapter } from '../domain/tool.ts';

/**
 * Names, in order: the source that measured its condition, then all others, where every step names its service and so
 * finds nobody else's. A disk step names none, and is done where its condition was measured or not at all.
 */
export function fixSources(
  steps: readonly CompiledStep[],
  { source, service }: { source: string; service: string | null },
  sources: readonly SourceAdapter[],
): string[] {
  const elsewhere = service !== null && steps.every(({ args }) => 'service' in args);
  if (!elsewhere) return [source];
  return [source, ...sources.map(({ name }) => name).filter((name) => name !== source)];
}
