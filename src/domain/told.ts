// Who was told when, and who did what, read from an incident's record.
import type { TimelineEntry } from './incident.ts';
import { parsePrincipalKey } from './principal.ts';

/** Pages, levels that reached nobody, and who took it. */
export function told(timeline: readonly TimelineEntry[]): TimelineEntry[] {
  return timeline.filter(
    ({ kind, text, data }) =>
      kind === 'paged' ||
      kind === 'acknowledged' ||
      (kind === 'escalated' && (data.skipped === true || text.startsWith('Nobody was paged'))),
  );
}

/** Names by principal key, as people are called where they said something. */
export function namesIn(timeline: readonly TimelineEntry[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { kind, actor, text } of timeline) {
    const [, name] = kind === 'said' ? (/^(@[^:\s][^:]{0,80}): /.exec(text) ?? []) : [];
    if (name !== undefined) names.set(actor, name);
  }
  return names;
}

/** Who tried what is refused; an id where no name is on record. */
export function whoActed({ actor }: TimelineEntry, names: ReadonlyMap<string, string>): string {
  return names.get(actor) ?? parsePrincipalKey(actor).userId;
}
