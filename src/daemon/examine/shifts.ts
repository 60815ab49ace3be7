// Who is on call in the coming days: shifts that are nobody's, and those of people no page would reach.
import { type Finding, ok, warn } from '../../domain/finding.ts';
import { type Shift, shiftsBetween } from '../../domain/on-call.ts';
import type { Contact, Resource } from '../../domain/resource.ts';
import { clockTimeWithZone } from '../../domain/time.ts';
import { isReachable } from '../../domain/ways.ts';
import { addWayTo } from '../../resources/add-way.ts';
import { contactReference } from '../../resources/references.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import type { Examination } from '../examine.ts';

const DAYS = 30;

export function examineShifts({ all, clock }: Pick<Examination, 'all' | 'clock'>): Finding[] {
  const now = clock.now();
  const contacts = new Map(all('contact').map(({ spec }) => [spec.name, spec]));
  const channels = all('channel').map(({ spec }) => spec);
  const reaches = (contact: Contact) => isReachable(contact, channels);
  return all('rotation').flatMap((rotation) => {
    const bad = new Map<string, { hint: string; shifts: Shift[] }>();
    for (const shift of shiftsBetween(rotation.spec, now, now + DAYS * 86_400_000)) {
      const wrong = whatIsWrong(rotation, shift, { contacts, reaches });
      if (!wrong) continue;
      const known = bad.get(wrong.text) ?? { hint: wrong.hint, shifts: [] };
      bad.set(wrong.text, { ...known, shifts: [...known.shifts, shift] });
    }
    const about = `rotation "${rotation.name}"`;
    if (bad.size === 0) return [ok(about, `no empty shift in the next ${DAYS} days`)];
    return [...bad].map(([text, { hint, shifts }]) =>
      warn(about, `${text}, ${when(shifts, now, rotation.spec.zone)}`, hint),
    );
  });
}

function whatIsWrong(
  { name }: Resource<'rotation'>,
  { member }: Shift,
  { contacts, reaches }: { contacts: Map<string, Contact>; reaches(contact: Contact): boolean },
): { text: string; hint: string } | null {
  if (member === null)
    return { text: 'nobody is on call', hint: `openclaw rotation show ${shellQuote(name)}` };
  const person = member.replace(/^@/, '');
  const contact = contacts.get(person);
  if (!contact)
    return {
      text: `@${person} is on call and is no contact, so nobody is reached`,
      hint: contactReference(person).add,
    };
  if (reaches(contact)) return null;
  return {
    text: `@${person} is on call and is on no channel that is configured, so a page wakes nobody`,
    hint: addWayTo(contact),
  };
}

/** The first of them, and how many more. */
function when(shifts: readonly Shift[], now: number, zone: string): string {
  const [first] = shifts;
  if (!first) return '';
  const begins = first.from <= now ? 'now' : `from ${dayAndTime(first.from, zone)}`;
  const more = shifts.length > 1 ? `, and ${shifts.length - 1} more in the next ${DAYS} days` : '';
  return `${begins} until ${dayAndTime(first.until, zone)}${more}`;
}

function dayAndTime(at: number, zone: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: zone }).format(at);
  return `${day} ${clockTimeWithZone(at, zone)}`;
}
