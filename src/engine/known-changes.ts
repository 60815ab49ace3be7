// What we did to a service ourselves, and what others told us was changed there.
import { byAuthor } from '../domain/by-author.ts';
import type { KnownChange } from '../domain/playbook.ts';
import type { Tables } from '../store/tables.ts';

const MOST = 50;

/** Also what was told of no service we know: nobody can tell that it does not matter. Oldest first. Steps that failed changed nothing; of those in doubt it is said. */
export async function knownChanges(tables: Tables, service: string, sinceAt: number): Promise<KnownChange[]> {
  const [executions, markers] = await Promise.all([
    tables.executions.since(sinceAt, MOST),
    tables.markers.ofService(service, sinceAt, MOST),
  ]);
  const done: KnownChange[] = [];
  for (const { planId, state, args, autoFix, startedAt } of executions) {
    if (args.service !== service || state === 'failed') continue;
    const plan = await tables.plans.find(planId);
    const doubt = state === 'unknown' ? ', nobody knows what became of it' : '';
    const by = autoFix === null ? '' : ` (auto-fix "${autoFix}")`;
    done.push({ at: startedAt, text: `${plan?.title ?? 'a step of ours'}${by}${doubt}` });
  }
  const told = markers.map(({ at, title, author, source, service: of }) => ({
    at,
    text: `${title}${byAuthor(author)}, told by ${source}${of === null ? ', of no service we know' : ''}`,
  }));
  return [...done, ...told].toSorted((a, b) => a.at - b.at);
}
