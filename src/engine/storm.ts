// What a batch of alerts has to say to the incidents they join. The first is said at once; what follows within the next
// seconds is gathered by a job and said as one line and one edit of the header, so that no room is written full.
import type { Incident } from '../domain/incident.ts';
import { message } from '../domain/message.ts';
import { type Severity, severityMark, severityRank } from '../domain/severity.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { refreshHeader } from './incident-state.ts';
import { tellThread } from './thread-of.ts';

const TITLES_SHOWN = 5;
/** One incident's news come at most this often, and all of a room's together one write a second: each has two. */
const GATHER_MS = 10_000;
const SLOT_MS = 2000;

interface Fired {
  title: string;
  severity: Severity;
}

/** `first` are the first few of `count`. */
export interface Gathered {
  count: number;
  worst: Severity;
  first: Fired[];
  notes: string[];
}

interface News {
  fired: Fired[];
  notes: Set<string>;
}

/** Per incident, in the order they were touched. */
export type Storm = Map<number, News>;

export const newsKey = (id: number): string => `news:${id}`;

/** Whoever calls this has the incident's header edited at the end. */
export function newsOf(storm: Storm, incidentId: number): News {
  const news = storm.get(incidentId) ?? { fired: [], notes: new Set() };
  storm.set(incidentId, news);
  return news;
}

/** Says what has gathered so far: before something else is said there, so that its order is kept. */
export async function sayNews(tx: Tables, storm: Storm, incident: Incident): Promise<void> {
  const waiting = await tx.jobs.findQueued(newsKey(incident.id));
  if (waiting) await tx.jobs.cancel(newsKey(incident.id));
  await sayGathered(
    tx,
    incident,
    gather(waiting?.payload.news as Gathered | undefined, take(storm, incident)),
  );
}

/** Where something was said a moment ago the rest waits for its job; the record has it already. */
export async function endStorm(tx: Tables, storm: Storm, engine: Engine): Promise<void> {
  for (const id of storm.keys()) {
    const incident = await tx.incidents.find(id);
    if (!incident) continue;
    const waiting = await tx.jobs.findQueued(newsKey(id));
    const news = gather(waiting?.payload.news as Gathered | undefined, take(storm, incident));
    if (waiting)
      await tx.jobs.set('news', { ...waiting.payload, news }, { key: newsKey(id), runAt: waiting.runAt });
    else {
      if (news) {
        await sayGathered(tx, incident, news);
        await gatherNext(tx, incident, engine);
      }
      refreshHeader(tx, id, engine);
    }
  }
}

/** From here on for a while its news are gathered. Rooms with many incidents take their turns. */
export async function gatherNext(tx: Tables, incident: Incident, engine: Engine): Promise<void> {
  const place = `${incident.channel}/${incident.conversation}`;
  const taken = (await tx.jobs.live(['news']))
    .filter(({ payload }) => payload.place === place)
    .map(({ runAt }) => runAt + SLOT_MS);
  const runAt = Math.max(engine.clock.now() + GATHER_MS, ...taken);
  await tx.jobs.set('news', { incidentId: incident.id, place }, { key: newsKey(incident.id), runAt });
}

export async function sayGathered(tx: Tables, incident: Incident, news: Gathered | undefined): Promise<void> {
  if (!news) return;
  const { count, worst, first, notes } = news;
  const [one] = first;
  if (one) {
    const title = count === 1 ? one.title : `${one.title}, and ${count - 1} more alerts`;
    const titles = first.slice(1).map((each) => `• ${each.title}`);
    const left = count - 1 - titles.length;
    const lines = left > 0 ? [...titles, `and ${left} more: openclaw incident show ${incident.id}`] : titles;
    const what = message(`${severityMark(worst)} Alert fired: ${title}`, {
      tone: worst,
      blocks: lines.length > 0 ? [{ type: 'section', heading: 'Also:', lines }] : [],
    });
    await tellThread(tx, incident, what);
  }
  for (const note of notes) await tellThread(tx, incident, note);
}

function take(storm: Storm, { id }: Incident): Gathered | undefined {
  const { fired, notes } = newsOf(storm, id);
  const worst = fired.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))[0];
  const taken: Gathered | undefined =
    fired.length === 0 && notes.size === 0
      ? undefined
      : {
          count: fired.length,
          worst: worst?.severity ?? 'info',
          first: fired.slice(0, 1 + TITLES_SHOWN).map(({ title, severity }) => ({ title, severity })),
          notes: [...notes],
        };
  fired.length = 0;
  notes.clear();
  return taken;
}

function gather(before: Gathered | undefined, news: Gathered | undefined): Gathered | undefined {
  if (!before || !news) return before ?? news;
  return {
    count: before.count + news.count,
    worst: severityRank(news.worst) > severityRank(before.worst) ? news.worst : before.worst,
    first: [...before.first, ...news.first].slice(0, 1 + TITLES_SHOWN),
    notes: [...new Set([...before.notes, ...news.notes])],
  };
}
