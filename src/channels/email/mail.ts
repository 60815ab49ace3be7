// A page as a mail: plain text for every reader, and the same as plain HTML.
import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutgoingPost } from '../../domain/channel.ts';
import { type Block, plainText } from '../../domain/message.ts';
import { safeLine, safeText } from '../../domain/text/safe-text.ts';

const SUBJECT_LIMIT = 200;

/** The same event gives the same Message-ID, so that mail readers know a repeat. RFC 5322. */
export function messageId(eventId: string, from: string): string {
  return `<${eventId.replace(/[^\w.-]/g, '')}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

export async function composeMail(
  post: Pick<OutgoingPost, 'eventId' | 'message'>,
  { from, to }: { from: string; to: string },
): Promise<Buffer> {
  const message = { ...post.message, title: safeLine(post.message.title) };
  const composer = new MailComposer({
    messageId: messageId(post.eventId, from),
    from: { name: 'openclaw', address: from },
    to: { name: '', address: to },
    subject: [...message.title].slice(0, SUBJECT_LIMIT).join(''),
    text: safeText(`${plainText(message)}\n`),
    html: html(message),
    // RFC 3834: no answer is wanted from a machine.
    headers: { 'Auto-Submitted': 'auto-generated', Importance: 'high' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function html({ title, blocks }: OutgoingPost['message']): string {
  const body = blocks.map(blockHtml).join('\n');
  return `<!doctype html>\n<html><body><h3>${escaped(title)}</h3>\n${body}\n</body></html>\n`;
}

function blockHtml(block: Block): string {
  const text = escaped(plainText({ title: '', tone: 'neutral', blocks: [block] }));
  return block.type === 'code' || block.type === 'table'
    ? `<pre>${text}</pre>`
    : `<p>${text.replaceAll('\n', '<br>\n')}</p>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return safeText(text).replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
