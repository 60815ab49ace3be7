// A contact known by an address is linked to an account when that account says so itself. Until then the contact has no
// id there: no right comes of it, and no page goes there. The job with a link's key holds it while it waits.
import type { Resource } from '../domain/resource.ts';
import { linkKey, linkWarning, wantedAddress } from '../store/links.ts';
import type { Tables } from '../store/tables.ts';

export interface Link {
  contactId: number;
  email: string;
  /** Set once the account was found and asked. */
  asked?: { channel: string; workspace: string; userId: string; postId?: number };
}

/** Looks for those who were added since, and for whose address was changed. */
export async function watchLinks(tx: Tables): Promise<void> {
  for (const contact of await tx.resources.list('contact')) {
    const email = contact.enabled ? wantedAddress(contact.spec) : null;
    const waits = await tx.jobs.findQueued(linkKey(contact.id));
    if (email === null) {
      if (waits) await tx.jobs.cancel(linkKey(contact.id));
      if (contact.spec.slackEmail !== undefined) await tx.settings.warn(linkWarning(contact.id), null);
    } else if (waits?.payload.email !== email) await setLink(tx, { contactId: contact.id, email });
  }
}

export async function setLink(tx: Tables, link: Link, runAt?: number): Promise<void> {
  const key = linkKey(link.contactId);
  const lane = key;
  await tx.jobs.set('link', { ...link }, { key, lane, ...(runAt === undefined ? {} : { runAt }) });
}

/** Contacts that wait for the word of this very account. */
export async function linksOf(
  tx: Tables,
  who: { channel: string; workspace: string; userId: string },
): Promise<Resource<'contact'>[]> {
  const found: Resource<'contact'>[] = [];
  for (const contact of await tx.resources.list('contact')) {
    const email = contact.enabled ? wantedAddress(contact.spec) : null;
    if (email === null) continue;
    const link = (await tx.jobs.findQueued(linkKey(contact.id)))?.payload as Link | undefined;
    const { asked } = link ?? {};
    if (
      link?.email === email &&
      asked?.channel === who.channel &&
      asked.workspace === who.workspace &&
      asked.userId === who.userId
    )
      found.push(contact);
  }
  return found;
}
