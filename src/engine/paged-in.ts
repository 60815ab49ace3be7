// What a page is for, as a pager that keeps incidents of its own has to know it: read when it is sent.
import type { Post } from '../domain/channel.ts';
import { dedupKeyOf, noLongerPaged, type PagedIncident, toldLast } from '../domain/paged-incident.ts';
import { incidentsOf } from '../store/unreached.ts';
import type { Engine, Run } from './engine.ts';
import { whyOver } from './page-end.ts';
import { installationOf } from './pager-record.ts';

export type PagedIn = readonly PagedIncident[];

/** None: it is for no incident at all. */
export async function pagedIn(
  page: Post,
  { store: { read } }: Engine,
  run: Run,
): Promise<{ kind: 'wanted'; incidents: PagedIn } | { kind: 'not wanted'; why: string }> {
  const ids = incidentsOf(page);
  if (ids.length === 0) {
    const why = await whyOver(read, page);
    return why === null ? { kind: 'wanted', incidents: [] } : { kind: 'not wanted', why };
  }
  const installation = (await read.settings.get('installation')) ?? (await run.commit(installationOf));
  const ways = [page.id, ...(page.pageOf === null ? [] : [page.pageOf])];
  const incidents: PagedIncident[] = [];
  const over: string[] = [];
  for (const id of ids) {
    const incident = await read.incidents.find(id);
    if (!incident) continue;
    const record = await read.timeline.ofIncident(id);
    const why = noLongerPaged(incident, record, ways);
    if (why !== null) {
      over.push(why);
      continue;
    }
    const { title, severity, service, startedAt } = incident;
    const alerts = await read.alerts.ofIncident(id);
    incidents.push({
      dedupKey: dedupKeyOf(installation, incident),
      id,
      title,
      severity,
      service,
      startedAt,
      links: [...alerts.flatMap(({ links }) => links), ...(incident.context.links ?? [])],
      anew: toldLast(record, page.channel) === 'acknowledge',
    });
  }
  return incidents.length > 0
    ? { kind: 'wanted', incidents }
    : { kind: 'not wanted', why: over.length > 0 ? over.join(', ') : 'what it was for is gone' };
}
