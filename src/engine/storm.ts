// What a batch of alerts has to say to the incidents they join: one line and one edit of the header each.
import type { Incident } from '../domain/incident.ts';
import { message } from '../domain/message.ts';
import { type Severity, severityMark, severityRank } from '../domain/severity.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { refreshHeader, tellThread } from './incident-state.ts';

const TITLES_SHOWN = 5;

interface News {
  fired: { title: string; severity: Severity }[];
  notes: Set<string>;
}

/** Per incident, in the order they were touched. */
export type Storm = Map<number, News>;

/** Whoever calls this has the incident's header edited at the end. */
export function newsOf(storm: Storm, incidentId: number): News {
  const news = storm.get(incidentId) ?? { fired: [], notes: new Set() };
  storm.set(incidentId, news);
  return news;
}

/** Says what has gathered so far: before something else is said there, so that its order is kept. */
export async function sayNews(tx: Tables, storm: Storm, incident: Incident): Promise<void> {
  const { fired, notes } = newsOf(storm, incident.id);
  const [first] = fired;
  const worst = fired.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))[0];
  if (first && worst) {
    const mark = severityMark(worst.severity);
    const title = fired.length === 1 ? first.title : `${first.title}, and ${fired.length - 1} more alerts`;
    const titles = fired.slice(1, 1 + TITLES_SHOWN).map((each) => `• ${each.title}`);
    const left = fired.length - 1 - titles.length;
    const lines = left > 0 ? [...titles, `and ${left} more: openclaw incident show ${incident.id}`] : titles;
    const what = message(`${mark} Alert fired: ${title}`, {
      tone: worst.severity,
      blocks: lines.length > 0 ? [{ type: 'section', heading: 'Also:', lines }] : [],
    });
    await tellThread(tx, incident, what);
  }
  for (const note of notes) await tellThread(tx, incident, note);
  fired.length = 0;
  notes.clear();
}

export async function endStorm(tx: Tables, storm: Storm, engine: Engine): Promise<void> {
  for (const id of storm.keys()) {
    const incident = await tx.incidents.find(id);
    if (incident) await sayNews(tx, storm, incident);
    await refreshHeader(tx, id, engine);
  }
}
