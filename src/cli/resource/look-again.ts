// The address of a contact typed once more: who was nobody in Slack is looked for now, and not when the hour is over.
import { lookForNow, wantedAddress } from '../../store/links.ts';
import type { Context } from '../context.ts';
import { daemonRuns } from '../exchange.ts';

/** Null: they are not looked for. */
export async function lookedForAgain(context: Context, contactId: number): Promise<string | null> {
  const store = await context.store();
  const contact = await store.read.resources.findById('contact', contactId);
  const email = contact?.enabled ? wantedAddress(contact.spec) : null;
  if (email === null) return null;
  await store.write((tx) => lookForNow(tx, contactId, context.io.now()));
  const when = (await daemonRuns(context.stateDir)) ? 'now' : 'once the daemon runs (openclaw run)';
  return `${email} is looked for in Slack ${when}; openclaw status says what came of it`;
}
