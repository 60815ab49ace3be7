// Somebody did something with an incident of ours at a pager. Who it is may have to be asked there first; that it cannot
// be found out holds nothing up.
import { ToolError } from '../../domain/errors.ts';
import type { PagerPerson } from '../../domain/on-call-answer.ts';
import type { PagerNews } from '../../domain/pager-news.ts';
import { pagerContact } from '../../domain/pager-people.ts';
import { redact } from '../../domain/redact.ts';
import type { Engine, Handler } from '../engine.ts';
import { takePagerNews } from '../pager-news.ts';
import { pagersOf } from '../pager-record.ts';
import { withDeadline } from '../toolbox.ts';

/** Whoever acknowledged is waited for no longer than this. */
const ASK_MS = 3000;

export const pagerNews: Handler = async (run, engine) => {
  const { news } = run.job.payload as unknown as { news: PagerNews };
  const person = news.by === null ? null : await askWho(news.by, news.pager, run.signal, engine);
  return (tx) => takePagerNews(tx, news, person, engine);
};

async function askWho(
  by: NonNullable<PagerNews['by']>,
  pager: string | null,
  signal: AbortSignal,
  engine: Engine,
): Promise<PagerPerson> {
  const told: PagerPerson = { ...by, email: null };
  const { read } = engine.store;
  const contacts = (await read.resources.list('contact')).filter(({ enabled }) => enabled);
  const pagers = pager === null ? await pagersOf(read) : [pager];
  if (
    pagerContact(
      told,
      contacts.map(({ spec }) => spec),
      pagers,
    )
  )
    return told;
  const channel = engine.adapters().channels.find(({ name, person }) => person && pagers.includes(name));
  if (!channel?.person) return told;
  try {
    const found = await withDeadline(ASK_MS, signal, async (limit) =>
      channel.person?.(by.id, { signal: limit }),
    );
    return found ? { ...told, email: found.email } : told;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    engine.log({ level: 'warn', event: 'pager-person-unknown', id: by.id, error: redact(error.message) });
    return told;
  }
}
