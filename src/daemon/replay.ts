// `openclaw replay`: an exported incident run again in this process, without a key, a network or a state folder; and, where
// it is asked for, its questions put to a model anew. Changes nothing.
import type { Clock } from '../domain/clock.ts';
import type { BundledEntry } from '../domain/incident-bundle.ts';
import { isIntact } from '../domain/plan.ts';
import { type ReadBundle, type ReadTalk, readBundle } from '../domain/read-bundle.ts';
import { entryHash } from '../domain/record.ts';
import type { AskedAgain, Checked, Replay } from '../domain/replayed.ts';
import { type AskAgain, askAgain } from '../planners/claude/ask-again.ts';
import { runAgain } from '../planners/claude/replay.ts';
import { PLAYBOOKS } from '../playbooks/all.ts';

/** `text`: of the file. Errors: UserError 'usage' where it is no bundle. */
export async function replayBundle(text: string): Promise<Replay> {
  const bundle = readBundle(text);
  const { incident, digest, madeBy, madeAt } = bundle;
  const checks: Checked[] = [];
  for (const talk of bundle.conversations) checks.push(await checkTalk(talk));
  for (const each of bundle.plans) checks.push(checkPlan(each));
  checks.push(checkTimeline(bundle.timeline));
  const pruned = bundle.conversations.filter((talk) => talk.pruned).map(nameOf);
  return { incident, digest, madeBy, madeAt, checks, pruned };
}

export interface WithModel {
  text: string;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  /** Undefined: the one that was asked then. */
  model?: string | undefined;
  /** Today's, by name; undefined: those of then. */
  instructions?: AskAgain['instructions'];
  signal: AbortSignal;
}

/** Errors: UserError where it is no bundle, or there is no key. */
export async function replayWithModel({ text, ...options }: WithModel): Promise<AskedAgain[]> {
  const { conversations } = readBundle(text);
  const asked: AskedAgain[] = [];
  for (const talk of conversations) {
    const { request, turns, outcome } = talk;
    const otherwise =
      request && (await askAgain({ request, turns, outcome }, { ...options, playbooks: PLAYBOOKS }));
    asked.push({ talk: nameOf(talk), otherwise });
  }
  return asked;
}

async function checkTalk(talk: ReadTalk): Promise<Checked> {
  const what = nameOf(talk);
  const { request, turns, outcome } = talk;
  if (request === null) {
    const detail = talk.pruned ? 'what was asked and answered is kept no more' : 'nothing was asked';
    return { what, result: 'not kept', detail, difference: null };
  }
  if (turns.some(({ sent }) => sent === undefined))
    return { what, result: 'not kept', detail: 'from before all of it was kept', difference: null };
  const { requests, readings, difference } = await runAgain({ request, turns, outcome }, PLAYBOOKS);
  const count = (many: number, one: string) => `${many} ${one}${many === 1 ? '' : 's'}`;
  const detail = difference
    ? `${difference.what}, line ${difference.line}`
    : `${count(requests, 'request')}, ${count(readings, 'reading')}, and what came of it`;
  return { what, result: difference ? 'different' : 'same', detail, difference };
}

function nameOf({ id, purpose }: ReadTalk): string {
  return `conversation ${id} (${purpose})`;
}

function checkPlan({ plan, approvals }: ReadBundle['plans'][number]): Checked {
  const what = `plan ${plan.id}`;
  const of = (detail: string, isSame: boolean): Checked => ({
    what,
    result: isSame ? 'same' : 'different',
    detail,
    difference: null,
  });
  if (!isIntact(plan)) return of('its steps are not what its digest names', false);
  const others = approvals.filter(({ state, digest }) => state === 'approved' && digest !== plan.digest);
  if (others.length > 0) return of('what was approved has another digest', false);
  return of('its steps are what its digest names', true);
}

/** Each entry by its own hash; entries of other incidents between them are not here. */
function checkTimeline(entries: readonly BundledEntry[]): Checked {
  const wrong = entries.filter((entry, at) => {
    const before = entries[at - 1];
    if (entry.hash === null || entry.previous === null || hashOf(entry) !== entry.hash) return true;
    return before !== undefined && before.id === entry.id - 1 && before.hash !== entry.previous;
  });
  const [first] = wrong;
  return {
    what: 'timeline',
    result: first ? 'different' : 'same',
    detail: first
      ? `${wrong.length} of ${entries.length} entries are not what was written, the first is ${first.id}`
      : `${entries.length} entries are what was written`,
    difference: null,
  };
}

function hashOf({ hash: _, previous, ...entry }: BundledEntry): string | null {
  try {
    return entryHash(previous ?? '', entry);
  } catch {
    return null;
  }
}
