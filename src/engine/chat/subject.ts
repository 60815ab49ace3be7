// Which incident a line is about, and what it says of it: "500 errors on checkout" is no incident #500.
import type { Incident } from '../../domain/incident.ts';
import type { Engine } from '../engine.ts';
import { type ChatRequest, readNumber } from './request.ts';

export type Subject =
  | { incident: Incident; rest: readonly string[] }
  /** `number`: the one that was named and is not there; null: none was named, and none is at hand. */
  | { incident: null; number: number | null };

/**
 * The incident that the first word names, else that of the thread or room. `#500`, and a number with nothing after it,
 * always name one; a number before other words only an open one, or the thread's own, or any where no other is at hand.
 */
export async function subjectOf(
  { words, incident: here }: Pick<ChatRequest, 'words' | 'incident'>,
  engine: Engine,
): Promise<Subject> {
  const [first = '', ...rest] = words;
  const number = readNumber(first);
  const found = number === null ? null : await engine.store.read.incidents.find(number);
  const mustBe = number !== null && (first.startsWith('#') || rest.length === 0);
  const mayBe = found !== null && (found.state === 'open' || here === null || here.id === found.id);
  if (mustBe || mayBe) return found ? { incident: found, rest } : { incident: null, number };
  return here ? { incident: here, rest: words } : { incident: null, number: null };
}
