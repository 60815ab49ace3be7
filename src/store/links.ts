// Of a contact who is known by an address and not linked yet: the job that looks for them, and what is said of it meanwhile.
import type { Contact } from '../domain/resource.ts';
import type { Tables } from './tables.ts';

export const linkKey = (contactId: number): string => `link:${contactId}`;
export const linkWarning = (contactId: number): string => `link:${contactId}`;

/** The address by which somebody is to be found who is not linked yet. */
export function wantedAddress({ ids, slackEmail }: Pick<Contact, 'ids' | 'slackEmail'>): string | null {
  return ids.slack === undefined ? (slackEmail ?? null) : null;
}

/** Who was found and did not answer is asked once more. */
export async function lookForNow(tx: Pick<Tables, 'jobs'>, contactId: number, now: number): Promise<void> {
  await tx.jobs.pullForward(linkKey(contactId), now);
}
