// Which of our contacts somebody is whom a pager knows: by their id there, else by their address. Never by a name. Pure.
import type { PagerPerson } from './on-call-answer.ts';
import type { Contact } from './resource.ts';

/** `pagers`: names of the channels they may have an id on, beside that of the type. */
export function pagerContact(
  { id, email }: Pick<PagerPerson, 'id' | 'email'>,
  contacts: readonly Contact[],
  pagers: readonly string[],
): Contact | null {
  const platforms = ['pagerduty', ...pagers];
  const byId = contacts.find(({ ids }) => platforms.some((platform) => ids[platform] === id));
  if (byId || email === null || email.trim() === '') return byId ?? null;
  const address = email.trim().toLowerCase();
  const byAddress = contacts.filter(({ ids }) => ids.email?.toLowerCase() === address);
  // An address of two people says nothing of which one it is.
  return byAddress.length === 1 ? (byAddress[0] ?? null) : null;
}
