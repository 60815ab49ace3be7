// Exact repeats of a delivery: the row in the inbox stays as it was, and the alert it names was seen once more.
import type { IncomingAlert } from '../domain/alert.ts';
import { FLAP_MEMORY_MS } from '../domain/built-in.ts';
import type { NewInboxEntry } from './inbox.ts';
import type { Tables } from './tables.ts';

/** Looks whether an incident that was closed by hand must be opened again. */
export const stillFiringKey = (incidentId: number): string => `still-firing:${incidentId}`;

/**
 * In the commit that found their keys taken. `newest`: the inbox before it, so that what came twice in this very
 * commit counts once. Only what fires is touched: an old firing after its end, or an old end, is no news.
 */
export async function touchRepeats(
  tx: Tables,
  entries: readonly NewInboxEntry[],
  newest: number,
  at: number,
): Promise<void> {
  const incidents = new Set<number>();
  for (const [source, firing] of bySource(entries)) {
    const known = await tx.inbox.knownKeys(source, [...firing.keys()], newest);
    const fingerprints = known.flatMap((key) => firing.get(key) ?? []);
    for (const id of await tx.alerts.touch(source, fingerprints, at)) incidents.add(id);
  }
  // Closed by hand while it fired: said again later than that is remembered, it is an incident again.
  for (const { id, resolvedAt } of await tx.incidents.closedOf([...incidents]))
    await tx.jobs.add(
      'still-firing',
      { incidentId: id },
      { key: stillFiringKey(id), runAt: Math.max(at, resolvedAt + FLAP_MEMORY_MS) },
    );
}

/** Key to fingerprint, of alerts that fire. */
function bySource(entries: readonly NewInboxEntry[]): Map<string, Map<string, string>> {
  const sources = new Map<string, Map<string, string>>();
  for (const { source, key, kind, body } of entries) {
    const { status, fingerprint } = Object(body) as Partial<IncomingAlert>;
    if (kind !== 'alert' || status !== 'firing' || typeof fingerprint !== 'string') continue;
    const keys = sources.get(source) ?? new Map<string, string>();
    sources.set(source, keys.set(key, fingerprint));
  }
  return sources;
}
