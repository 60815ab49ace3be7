import { PAGE_WAY_MS, type Post } from '../domain/channel.ts';
import type { Unreached } from '../domain/unreached.ts';
import type { Tables } from './tables.ts';

/** Of incidents that are open and have no owner; one a person and incident, the oldest first. */
export async function unreachedPages(
  tables: Pick<Tables, 'posts' | 'incidents'>,
  now: number,
): Promise<Unreached[]> {
  const found = new Map<string, Unreached>();
  const firsts = new Set((await tables.posts.undeliveredPages()).map(({ id, pageOf }) => pageOf ?? id));
  for (const first of firsts) {
    const ways = await tables.posts.waysOf(first);
    const [page] = ways;
    if (!page || page.contact === null || ways.some((way) => mayStillArrive(way, now))) continue;
    // Somebody had it by then. When it needs one again, another page is made.
    if (ways.some(({ outcome }) => outcome?.kind === 'withdrawn')) continue;
    for (const incidentId of incidentsOf(page)) {
      const incident = await tables.incidents.find(incidentId);
      if (incident?.state !== 'open' || incident.ackedBy !== null) continue;
      found.set(`${incidentId}/${page.contact}`, {
        incidentId,
        contact: page.contact,
        ways: ways.map(({ channel, error }) => ({ channel, why: error })),
        since: page.createdAt,
      });
    }
  }
  return [...found.values()];
}

export function incidentsOf({ bundle, incidentId }: Pick<Post, 'bundle' | 'incidentId'>): readonly number[] {
  if (bundle.length > 0) return bundle;
  return incidentId === null ? [] : [incidentId];
}

function mayStillArrive({ state, createdAt }: Post, now: number): boolean {
  return state === 'sent' || (state !== 'failed' && now - createdAt < PAGE_WAY_MS);
}
