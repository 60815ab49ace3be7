// `/confirm sarah`: an account says itself that it is a contact's. By its id and workspace; what it is called says nothing.
import { contactOf } from '../../domain/authorize.ts';
import type { ChatEvent } from '../../domain/chat.ts';
import { message } from '../../domain/message.ts';
import { mention, principalKey } from '../../domain/principal.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { linkKey, linkWarning } from '../../store/links.ts';
import type { Tables } from '../../store/tables.ts';
import { type Link, linksOf } from '../links.ts';
import { answer, type ChatVerb, mayNot, postAnswer, refuse } from './request.ts';

export const confirm: ChatVerb = async (request, engine) => {
  const { event, words } = request;
  const refusal = mayNot(request, 'note');
  if (refusal) return refuse(request, refusal, null);
  const { platform, workspace, userId } = event.principal;
  const who = { channel: event.channel, workspace, userId };
  const name = words.join(' ').replace(/^@/, '');
  const waiting = platform === 'slack' ? await linksOf(engine.store.read, who) : [];
  const fitting = waiting.filter((contact) => name === '' || contact.name === name);
  const [only] = fitting;
  const known = name === '' ? undefined : await engine.store.read.resources.find('contact', name);
  if (fitting.length > 1)
    return answer(request, `Which one? ${fitting.map((contact) => `/confirm ${contact.name}`).join(' or ')}`);
  const own = contactOf(event.principal, request.contacts);
  if (!only && own && (name === '' || own.name === name))
    return async (tx) => {
      await endQuestion(tx, event, own.name);
      await postAnswer(tx, request, `You are ${own.name} already. Pages for ${own.name} come to you.`);
    };
  if (!only)
    return refuse(
      request,
      {
        why: 'no-link',
        detail: `nothing waits for ${own ? `@${own.name}` : `this account (${userId})`} to confirm${name === '' ? '' : ` "${name}"`}`,
        instead: `who configures openclaw types: openclaw contact edit ${known ? shellQuote(known.spec.name) : 'NAME'} --slack-email ADDRESS`,
      },
      null,
    );
  return async (tx) => {
    // Read again: it may have been edited or confirmed since.
    const contact = (await linksOf(tx, who)).find(({ id }) => id === only.id);
    if (!contact) return postAnswer(tx, request, `${only.name} does not wait for that any more.`);
    const others = await tx.resources.list('contact');
    const taken = others.find(({ id, spec }) => id !== contact.id && spec.ids.slack === userId);
    if (taken)
      return postAnswer(tx, request, `This account is ${taken.name} already; one account is one person.`);
    await tx.resources.update('contact', contact.id, {
      spec: { ...contact.spec, ids: { ...contact.spec.ids, slack: userId } },
    });
    const link = (await tx.jobs.findQueued(linkKey(contact.id)))?.payload as Link | undefined;
    await endQuestion(tx, event, contact.name, link?.asked?.postId);
    await tx.jobs.cancel(linkKey(contact.id));
    await tx.settings.warn(linkWarning(contact.id), null);
    await tx.timeline.add({
      incidentId: null,
      kind: 'configured',
      actor: principalKey(event.principal),
      text: `${mention(event.principal)} confirmed to be ${contact.name} (slack=${userId}, found by ${contact.spec.slackEmail})`,
      data: { resource: 'contact', name: contact.name, fields: ['ids'] },
    });
    await postAnswer(tx, request, `You are ${contact.name} here now. Pages for ${contact.name} come to you.`);
  };
};

/** It is answered: the question and the message that was pressed say so, and have no button any more. */
async function endQuestion(
  tx: Tables,
  { channel, pressed }: ChatEvent,
  name: string,
  asked?: number,
): Promise<void> {
  const shown = pressed?.remoteId ? await tx.posts.findRemote(channel, pressed.remoteId) : null;
  const isQuestion = shown?.message.blocks.some(
    (block) =>
      block.type === 'buttons' && block.buttons.some(({ command }) => command === `/confirm ${name}`),
  );
  for (const id of new Set([asked, isQuestion ? shown?.id : undefined]))
    if (id !== undefined) await tx.posts.edit(id, message(`✅ You are ${name}`, { tone: 'ok' }));
}
