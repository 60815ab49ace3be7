// Who can be on call, as it is configured and enabled now.
import type { Directory } from '../domain/on-call.ts';
import type { Tables } from '../store/tables.ts';

export async function readDirectory(tables: Tables): Promise<Directory> {
  const contacts = await tables.resources.list('contact');
  const rotations = await tables.resources.list('rotation');
  return {
    contacts: contacts.filter(({ enabled }) => enabled).map(({ spec }) => spec),
    rotations: rotations.filter(({ enabled }) => enabled).map(({ spec }) => spec),
  };
}
