// Deploys that go out while an incident is open: on its timeline, once each.
import type { Deploy } from '../../domain/capability.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Incident } from '../../domain/incident.ts';
import { redact } from '../../domain/redact.ts';
import type { Tables } from '../../store/tables.ts';
import type { Engine, Handler, Run } from '../engine.ts';
import { kitFor } from '../kit-for.ts';

export const NEW_DEPLOYS_KEY = 'new-deploys';
const EVERY_MS = 30_000;
/** In a storm the newest are looked after: each is a question to every source. */
const MOST_INCIDENTS = 20;
const NEWEST = 10;

interface Seen {
  incident: Incident;
  service: string;
  source: string;
  deploy: Deploy;
}

export const newDeploys: Handler = async (run, engine) => {
  const seen = await look(engine, run);
  return async (tx) => {
    for (const each of seen) await record(tx, each, engine.clock.now());
    await tx.jobs.set(
      'new-deploys',
      {},
      { key: NEW_DEPLOYS_KEY, runAt: engine.clock.now() + EVERY_MS, priority: 3 },
    );
  };
};

/** A source that does not answer is asked again the next time. */
async function look(engine: Engine, run: Run): Promise<Seen[]> {
  const { read } = engine.store;
  const open = await read.incidents.newestOpen(MOST_INCIDENTS);
  if (open.every(({ service }) => service === null)) return [];
  const kit = await kitFor(engine, run, { channel: null });
  const found = await Promise.all(
    open.map(async (incident): Promise<Seen[]> => {
      const { service, startedAt } = incident;
      if (service === null) return [];
      const answers = await kit.read('deploys.list', { service, limit: NEWEST });
      return answers.flatMap((answer) =>
        answer.ok
          ? answer.result
              .filter(({ at }) => at > startedAt)
              .map((deploy) => ({ incident, service, source: answer.source, deploy }))
          : [],
      );
    }),
  );
  return found.flat().sort((a, b) => a.deploy.at - b.deploy.at);
}

/** The marker remembers that it was told; where the source is silent later, it stands in for it. */
async function record(tx: Tables, { incident, service, source, deploy }: Seen, now: number): Promise<void> {
  const { number, author, status } = deploy;
  const key = `deploy/${service}/${number}/${deploy.at}`;
  // Its clock may be ahead of ours.
  const at = Math.min(deploy.at, now);
  const by = author.replace(/^@+/, '');
  const title = clipped(`deploy #${number}${deploy.title === '' ? '' : ` ("${deploy.title}")`}`, 300);
  const current = await tx.incidents.find(incident.id);
  if (current?.state !== 'open') return;
  if (!(await tx.markers.add({ source, key, service, title, author: by, at, link: null }))) return;
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'note',
    at,
    text: redact(
      `change: ${title} of ${service} by @${clipped(by, 60)}, ${WORDS[status]}, told by ${source}`,
    ),
    data: { service, deploy: number, status },
  });
}

const WORDS = {
  succeeded: 'went out',
  failed: 'failed',
  'in-progress': 'is going out',
} as const satisfies Record<Deploy['status'], string>;
