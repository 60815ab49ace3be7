// Finds whose address a contact has, and asks that account whether it is them.
import { message } from '../../domain/message.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { linkWarning, wantedAddress } from '../../store/links.ts';
import type { Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { type Link, setLink } from '../links.ts';
import { whyNotDone } from '../repeatable-call.ts';

const ASK_AGAIN_MS = 7 * 24 * 3_600_000;
const LOOK_AGAIN_MS = 3_600_000;

export const link: Handler = async (run, engine) => {
  const { contactId, email, asked } = run.job.payload as unknown as Link;
  const contacts = await engine.store.read.resources.list('contact');
  const contact = contacts.find(({ id }) => id === contactId);
  if (!contact?.enabled || wantedAddress(contact.spec) !== email) return nothing;
  // Nobody answered for so long: it is looked up and asked once more.
  if (asked) return (tx) => setLink(tx, { contactId, email });
  const channel = engine.adapters().channels.find(({ findPerson }) => findPerson !== undefined);
  const name = contact.spec.name;
  let found: { id: string; workspace: string } | null = null;
  const why =
    channel === undefined
      ? 'no channel of type slack is connected'
      : await whyNotDone(run, engine, async (signal) => {
          found = (await channel.findPerson?.(email, { signal })) ?? null;
        });
  const person = found as { id: string; workspace: string } | null;
  return async (tx) => {
    if (channel === undefined || why !== null || person === null) {
      const text = `${name} is not linked to Slack by ${email}: ${why ?? 'nobody was found'}`;
      // A workspace takes people in too: what was nobody's may be somebody's in an hour.
      const edit = `openclaw contact edit ${shellQuote(name)} --slack-email ${shellQuote(email)}`;
      const next =
        channel === undefined
          ? ''
          : `. Looked for again within the hour; now, or by another address: ${edit}`;
      await tx.settings.warn(linkWarning(contactId), `${text}${next}`);
      return setLink(tx, { contactId, email }, engine.clock.now() + LOOK_AGAIN_MS);
    }
    await tx.settings.warn(
      linkWarning(contactId),
      `${name} has not confirmed in Slack that ${email} is theirs`,
    );
    const postId = await tx.posts.add({
      channel: channel.name,
      conversation: person.id,
      incidentId: null,
      threadPostId: null,
      lane: 'answer',
      message: message(`Are you ${name}?`, {
        blocks: [
          {
            type: 'text',
            text: `Your address is that of the contact "${name}" of openclaw, which pages people and asks them about incidents. If that is you, confirm it, and pages for ${name} come here. If not, do nothing: without it this account has no part in it.`,
          },
          {
            type: 'buttons',
            buttons: [{ label: `I am ${name}`, command: `/confirm ${name}`, style: 'primary' }],
          },
        ],
      }),
    });
    const said = { channel: channel.name, workspace: person.workspace, userId: person.id, postId };
    await setLink(tx, { contactId, email, asked: said }, engine.clock.now() + ASK_AGAIN_MS);
  };
};
